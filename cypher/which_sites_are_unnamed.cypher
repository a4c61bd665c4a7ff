// group: gaps
// title: Sites that no document names
// Which sites no document names, who runs them, where, and with which chips.
// Where a site stands and what it holds: what is said to be done counts besides the statuses asked for.
// $operator (entity: Company = null): only sites of this company
// $statuses (statuses = done, planned, considered): what the documents may say of it
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> site, operator
// -> status: of the running
// -> place, place_status, chip, chip_status
// -> implied: whether the chip is only implied by the document
// -> claim: the claim about the operator
// -> place_claim, chip_claim: one that says where it stands, one that says what it holds
MATCH (company:Company)-[o:OPERATES]->(site:Datacenter)
WHERE site.generic = true
  AND ($operator IS NULL OR company.id = $operator)
  AND o.status IN $statuses
UNWIND [o.document] AS source
MATCH (d:Document {id: source})
WITH company, o, site, d,
     coalesce(o.since,
       CASE WHEN coalesce(o.observed, d.published) > left(o.until + '-99-99', 10) THEN left(o.until + '-12', 7) END,
       o.observed, d.published, left(o.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(o.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND o.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [o.id, startNode(o).id, endNode(o).id] WHERE id IN $without))
OPTIONAL MATCH (site)-[l:LOCATED_IN]->(:Region)
WHERE l.status IN ($statuses + ['done'])
OPTIONAL MATCH (e:Document)
WHERE e.id = l.document
WITH company, o, site, l, e,
     coalesce(l.since,
       CASE WHEN coalesce(l.observed, e.published) > left(l.until + '-99-99', 10) THEN left(l.until + '-12', 7) END,
       l.observed, e.published, left(l.until + '-12', 7)) AS begun
WITH company, o, site, collect(CASE WHEN ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(l.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(e.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND l.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [l.id, startNode(l).id, endNode(l).id] WHERE id IN $without))
     THEN l END) AS places
UNWIND CASE WHEN size(places) = 0 THEN [null] ELSE places END AS l
OPTIONAL MATCH (site)-[h:HOSTS]->(:Chip)
WHERE h.status IN ($statuses + ['done'])
OPTIONAL MATCH (e:Document)
WHERE e.id = h.document
WITH company, o, site, l, h, e,
     coalesce(h.since,
       CASE WHEN coalesce(h.observed, e.published) > left(h.until + '-99-99', 10) THEN left(h.until + '-12', 7) END,
       h.observed, e.published, left(h.until + '-12', 7)) AS begun
WITH company, o, site, l, collect(CASE WHEN ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(h.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(e.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND h.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [h.id, startNode(h).id, endNode(h).id] WHERE id IN $without))
     THEN h END) AS holdings
UNWIND CASE WHEN size(holdings) = 0 THEN [null] ELSE holdings END AS h
WITH company, o, site, endNode(l).name AS place, l.status AS place_status, endNode(h).name AS chip,
     h.status AS chip_status, coalesce(h.implied, false) AS implied, min(l.id) AS place_claim, min(h.id) AS chip_claim
RETURN site.name AS site, company.name AS operator, o.status AS status, place, place_status, chip, chip_status,
       implied, o.id AS claim, place_claim, chip_claim
ORDER BY site, operator, place, chip, claim, place_status, chip_status, implied

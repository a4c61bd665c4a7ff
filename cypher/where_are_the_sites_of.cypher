// group: places
// title: Sites of a company
// example: company=Oracle
// Which sites a company runs, where they stand and what they hold; and the regions it deploys in without naming one.
// Where a site stands and what it holds: what is said to be done counts besides the statuses asked for.
// $company (entity: Company): the company
// $statuses (statuses = done, planned, considered): what the documents may say of it
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> site: empty where the document names a region only
// -> unnamed: whether the site has no name
// -> status: of the running, or of the deploying
// -> place, place_status, chip, chip_status
// -> since, document, published, claim: of the running, or of the deploying
// -> place_claim, chip_claim: one that says where it stands, one that says what it holds
MATCH (:Entity:Company {id: $company})-[r:OPERATES|DEPLOYS_IN]->(site:Entity)
WHERE r.status IN $statuses
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH r, site, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
OPTIONAL MATCH (site)-[l:LOCATED_IN]->(:Region)
WHERE l.status IN ($statuses + ['done'])
OPTIONAL MATCH (e:Document)
WHERE e.id = l.document
WITH r, site, d, l, e,
     coalesce(l.since,
       CASE WHEN coalesce(l.observed, e.published) > left(l.until + '-99-99', 10) THEN left(l.until + '-12', 7) END,
       l.observed, e.published, left(l.until + '-12', 7)) AS begun
WITH r, site, d, collect(CASE WHEN ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(l.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(e.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND l.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [l.id, startNode(l).id, endNode(l).id] WHERE id IN $without))
     THEN l END) AS places
UNWIND CASE WHEN size(places) = 0 THEN [null] ELSE places END AS l
OPTIONAL MATCH (site)-[h:HOSTS]->(:Chip)
WHERE h.status IN ($statuses + ['done'])
OPTIONAL MATCH (e:Document)
WHERE e.id = h.document
WITH r, site, d, l, h, e,
     coalesce(h.since,
       CASE WHEN coalesce(h.observed, e.published) > left(h.until + '-99-99', 10) THEN left(h.until + '-12', 7) END,
       h.observed, e.published, left(h.until + '-12', 7)) AS begun
WITH r, site, d, l, collect(CASE WHEN ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(h.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(e.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND h.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [h.id, startNode(h).id, endNode(h).id] WHERE id IN $without))
     THEN h END) AS holdings
UNWIND CASE WHEN size(holdings) = 0 THEN [null] ELSE holdings END AS h
WITH r, d, site, type(r) = 'OPERATES' AS named, endNode(l).name AS stands, l.status AS stands_status,
     endNode(h).name AS chip, h.status AS chip_status, min(l.id) AS stands_claim, min(h.id) AS chip_claim
WITH r, d, chip, chip_status, chip_claim,
     CASE WHEN named THEN site.name END AS site,
     CASE WHEN named THEN coalesce(site.generic, false) ELSE true END AS unnamed,
     CASE WHEN named THEN stands ELSE site.name END AS place,
     CASE WHEN named THEN stands_status ELSE r.status END AS place_status,
     CASE WHEN named THEN stands_claim ELSE r.id END AS place_claim
RETURN site, unnamed, r.status AS status, place, place_status, chip, chip_status, r.since AS since,
       d.name AS document, d.published AS published, r.id AS claim, place_claim, chip_claim
ORDER BY site, place, chip, claim, place_status, chip_status

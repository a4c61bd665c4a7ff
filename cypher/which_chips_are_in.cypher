// group: places
// title: Chips at the sites of a region
// example: region=Malaysia
// Which chips are at the sites of a region, and who runs the sites.
// Where a site stands and who runs it: what is said to be done counts besides the statuses asked for.
// $region (entity: Region): the region; those that are part of it count too
// $statuses (statuses = done, planned): what the documents may say of the chips at the site
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> chip, site
// -> status: of the chips at the site
// -> place, place_status, operator, operator_status, quantity
// -> owner: whose chips they are, where not the operator's
// -> document, published, claim: of the chips at the site
// -> place_claim, operator_claim: one that says where it stands, one that says who runs it
MATCH p = (place:Region)-[:PART_OF*0..4]->(:Entity:Region {id: $region})
WHERE all(part IN relationships(p) WHERE part.status = 'done' AND part.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [part.id, startNode(part).id, endNode(part).id] WHERE id IN $without)))
WITH DISTINCT place
MATCH (site:Datacenter)-[l:LOCATED_IN]->(place)
WHERE l.status IN ($statuses + ['done'])
UNWIND [l.document] AS source
MATCH (d:Document {id: source})
WITH place, site, l, d,
     coalesce(l.since,
       CASE WHEN coalesce(l.observed, d.published) > left(l.until + '-99-99', 10) THEN left(l.until + '-12', 7) END,
       l.observed, d.published, left(l.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(l.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND l.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [l.id, startNode(l).id, endNode(l).id] WHERE id IN $without))
WITH place, site, l.status AS place_status, min(l.id) AS place_claim
MATCH (site)-[r:HOSTS]->(chip:Chip)
WHERE r.status IN $statuses
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH place, place_status, place_claim, site, r, chip, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
OPTIONAL MATCH (:Company)-[o:OPERATES]->(site)
WHERE o.status IN ($statuses + ['done'])
OPTIONAL MATCH (e:Document)
WHERE e.id = o.document
WITH place, place_status, place_claim, site, r, chip, d, o, e,
     coalesce(o.since,
       CASE WHEN coalesce(o.observed, e.published) > left(o.until + '-99-99', 10) THEN left(o.until + '-12', 7) END,
       o.observed, e.published, left(o.until + '-12', 7)) AS begun
WITH place, place_status, place_claim, site, r, chip, d, collect(CASE WHEN ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(o.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(e.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND o.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [o.id, startNode(o).id, endNode(o).id] WHERE id IN $without))
     THEN o END) AS runs
UNWIND CASE WHEN size(runs) = 0 THEN [null] ELSE runs END AS o
WITH place, place_status, place_claim, site, r, chip, d, startNode(o).name AS operator, o.status AS operator_status,
     min(o.id) AS operator_claim
UNWIND [r.owner] AS holder
OPTIONAL MATCH (owner:Entity {id: holder})
RETURN chip.name AS chip, site.name AS site, r.status AS status, place.name AS place, place_status, operator,
       operator_status, r.quantity AS quantity, owner.name AS owner, d.name AS document, d.published AS published,
       r.id AS claim, place_claim, operator_claim
ORDER BY chip, site, place, operator, claim, place_status, operator_status

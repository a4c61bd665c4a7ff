// group: places
// title: Companies with a seat in a region
// example: region=Malaysia
// Which companies have their seat in a region or a part of it.
// $region (entity: Region): the region; those that are part of it count too
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> company
// -> how: HEADQUARTERED_IN or INCORPORATED_IN
// -> place, status, since, until, document, published, claim
MATCH p = (place:Region)-[:PART_OF*0..4]->(:Entity:Region {id: $region})
WHERE all(part IN relationships(p) WHERE part.status = 'done' AND part.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [part.id, startNode(part).id, endNode(part).id] WHERE id IN $without)))
WITH DISTINCT place
MATCH (company:Company)-[r:HEADQUARTERED_IN|INCORPORATED_IN]->(place)
WHERE r.status = 'done'
  AND (r.since IS NULL OR $on IS NULL OR r.since <= left($on + '-99-99', 10))
  AND (r.until IS NULL OR $on IS NULL OR left(r.until + '-99-99', 10) >= $on)
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WHERE $known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10)
RETURN company.name AS company, type(r) AS how, place.name AS place, r.status AS status, r.since AS since,
       r.until AS until, d.name AS document, d.published AS published, r.id AS claim
ORDER BY company, how, place, claim

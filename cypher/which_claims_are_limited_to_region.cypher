// group: places
// title: Claims limited to a region
// example: region=Malaysia
// Which claims say of themselves that they hold in a region only.
// $region (entity: Region): the region; those that are part of it count too
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> subject, relation, object, status, region, attribution, document, published, summary, claim
MATCH p = (region:Region)-[:PART_OF*0..4]->(:Entity:Region {id: $region})
WHERE all(part IN relationships(p) WHERE part.status = 'done' AND part.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [part.id, startNode(part).id, endNode(part).id] WHERE id IN $without)))
WITH collect(DISTINCT region.id) AS ids
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.regions IS NOT NULL AND any(id IN r.regions WHERE id IN ids)
UNWIND [id IN r.regions WHERE id IN ids] AS part
MATCH (region:Entity {id: part})
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH subject, r, object, region, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN subject.name AS subject, type(r) AS relation, object.name AS object, r.status AS status,
       region.name AS region, r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.id AS claim
ORDER BY subject, relation, object, region, claim

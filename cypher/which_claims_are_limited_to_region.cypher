// group: places
// title: Claims limited to a region
// example: region=Malaysia
// Which claims say of themselves that they hold in a region only.
// $region (entity: Region): the region; those that are part of it count too
// -> subject, relation, object, status, region, attribution, document, published, summary, claim
MATCH p = (region:Region)-[:PART_OF*0..4]->(:Entity:Region {id: $region})
WHERE all(part IN relationships(p) WHERE part.status = 'done')
WITH collect(DISTINCT region.id) AS ids
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.regions IS NOT NULL AND any(id IN r.regions WHERE id IN ids)
UNWIND [id IN r.regions WHERE id IN ids] AS part
MATCH (region:Entity {id: part})
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN subject.name AS subject, type(r) AS relation, object.name AS object, r.status AS status,
       region.name AS region, r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.id AS claim
ORDER BY subject, relation, object, region, claim

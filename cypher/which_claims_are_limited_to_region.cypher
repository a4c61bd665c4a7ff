// Which claims say of themselves that they hold in a region only.
// $region (entity): the region; those that are part of it count too
// -> subject, relation, object, status, region, attribution, document, published, summary, claim
MATCH (region:Region)-[:PART_OF*0..4]->(:Region {id: $region})
WITH DISTINCT region
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE region.id IN r.regions
MATCH (d:Document) WHERE d.id = r.document
RETURN subject.name AS subject, type(r) AS relation, object.name AS object, r.status AS status,
       region.name AS region, r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.id AS claim
ORDER BY subject, relation, object, region, claim

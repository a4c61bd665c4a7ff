// group: evidence
// title: All claims about somebody
// example: entity=Megaspeed; after=2025
// What is claimed about an entity, by date: when it began, else when it was published.
// $entity (entity): the entity
// $after (date = null): leave out what is dated before this
// $before (date = null): leave out what is dated after this
// -> date, subject, relation, object, status, confidence, attribution, document, published, summary, claim
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE subject.id = $entity OR object.id = $entity
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH subject, r, object, d, coalesce(r.since, d.published) AS date
WHERE ($after IS NULL OR left(date + '-99-99', 10) >= $after)
  AND ($before IS NULL OR date <= left($before + '-99-99', 10))
RETURN date, subject.name AS subject, type(r) AS relation, object.name AS object, r.status AS status,
       r.confidence AS confidence, r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.id AS claim
ORDER BY date, subject, relation, object, claim

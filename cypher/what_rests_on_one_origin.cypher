// What rests on a single origin: however many documents say it, one party is behind them all.
// The origin of a claim is its attribution, else its publisher; an attribution that names the report which the
// document cites is that report.
// $entity (entity = null): only steps that start or end at this entity
// $statuses (list = done, planned, considered, alleged): claims that count
// -> subject, relation, object, origin
// -> claims: how many there are
// -> claim: the first of them
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.status IN $statuses
  AND ($entity IS NULL OR subject.id = $entity OR object.id = $entity)
MATCH (d:Document) WHERE d.id = r.document
WITH subject, type(r) AS relation, object, r.id AS claim,
     CASE
       WHEN r.attribution IS NULL THEN coalesce(d.publisher, d.id)
       WHEN d.cites IS NOT NULL AND toLower(r.attribution) CONTAINS toLower(d.cites) THEN d.cites
       ELSE r.attribution
     END AS origin
WITH subject, relation, object, collect(DISTINCT origin) AS origins, count(claim) AS claims, min(claim) AS claim
WHERE size(origins) = 1
RETURN subject.name AS subject, relation, object.name AS object, origins[0] AS origin, claims, claim
ORDER BY subject, relation, object

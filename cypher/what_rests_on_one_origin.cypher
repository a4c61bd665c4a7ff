// group: evidence
// title: Steps that rest on one origin
// example: entity=ByteDance
// What rests on a single origin: however many documents say it, one party is behind them all.
// The origin of a claim is its attribution, else its publisher; an attribution that names the report which the
// document cites is that report.
// $entity (entity = null): only steps that start or end at this entity
// $statuses (statuses = done, planned, considered, alleged): claims that count
// -> subject, relation, object, origin
// -> claims: how many there are
// -> claim: one of them
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.status IN $statuses
  AND ($entity IS NULL OR subject.id = $entity OR object.id = $entity)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH subject.id AS from, subject.name AS subject, type(r) AS relation, object.id AS to, object.name AS object,
     r.id AS claim,
     CASE
       WHEN r.attribution IS NULL THEN coalesce(d.publisher, d.id)
       WHEN d.cites IS NOT NULL AND toLower(r.attribution) CONTAINS toLower(d.cites) THEN d.cites
       ELSE r.attribution
     END AS origin
WITH from, subject, relation, to, object, count(DISTINCT origin) AS origins, min(origin) AS origin,
     count(claim) AS claims, min(claim) AS claim
WHERE origins = 1
RETURN subject, relation, object, origin, claims, claim
ORDER BY subject, relation, object, claim

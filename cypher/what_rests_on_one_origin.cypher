// group: evidence
// title: Steps that rest on one origin
// example: entity=ByteDance
// What rests on a single origin: however many documents say it, one party is behind them all.
// The origin of a claim is its attribution, else its publisher; an attribution that names the report which the
// document cites is that report.
// $entity (entity = null): only steps that start or end at this entity
// $statuses (statuses = done, planned, considered, alleged): claims that count
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> subject, relation, object, origin
// -> claims: how many there are
// -> claim: one of them
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.status IN $statuses
  AND ($entity IS NULL OR subject.id = $entity OR object.id = $entity)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH subject, r, object, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
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

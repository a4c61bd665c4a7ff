// group: evidence
// title: Claims with weak sources alone
// example: entity=Megaspeed
// Which steps rest on documents of low reliability alone: no better one says the same.
// $letters (list = D, E, F): the grades that count as low; A is the best
// $entity (entity = null): only steps that start or end at this entity
// $statuses (statuses = done, planned, considered, alleged): claims that count
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> subject, relation, object
// -> grades: of the documents that say so
// -> claims: how many there are
// -> claim: one of them
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.status IN $statuses AND ($entity IS NULL OR subject.id = $entity OR object.id = $entity)
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
WITH subject, type(r) AS relation, object, coalesce(d.reliability, 'none') AS grade, r.id AS id ORDER BY grade
WITH subject, relation, object, collect(DISTINCT grade) AS grades, count(id) AS claims, min(id) AS claim
WHERE all(grade IN grades WHERE grade IN $letters)
RETURN subject.name AS subject, relation, object.name AS object, grades, claims, claim
ORDER BY subject, relation, object, claim

// group: evidence
// title: Denials, by whom
// Who denies what, and since when.
// $entity (entity = null): only denials about this entity
// $by (text = null): only those of whose name these are words, in any case
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> denied_by: who says that it is not so: the attribution, else the publisher
// -> subject, relation, object
// -> chips: models that the denial is limited to, by id
// -> document, published, summary, claim
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.status = 'negated' AND ($entity IS NULL OR subject.id = $entity OR object.id = $entity)
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
WITH subject, r, object, d, coalesce(r.attribution, d.publisher, d.name) AS denied_by
WHERE $by IS NULL OR toLower(denied_by) CONTAINS toLower($by)
RETURN denied_by, subject.name AS subject, type(r) AS relation, object.name AS object, coalesce(r.chips, []) AS chips,
       d.name AS document, d.published AS published, r.summary AS summary, r.id AS claim
ORDER BY denied_by, subject, relation, object, claim

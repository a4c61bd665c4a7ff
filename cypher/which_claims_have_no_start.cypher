// group: gaps
// title: Steps of access without a start
// Which claims of access tell no day on which it began, nor one on which it was so: they count from publication.
// $entity (entity = null): only where this entity is at either end
// $statuses (statuses = done, alleged): what the documents may say of it
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> subject, relation, object, status
// -> published: the day from which it counts; empty where the document has no date
// -> attribution, document, claim
MATCH (subject:Entity)-[r:USES|BUYS|BUYS_FROM|LEASES_FROM|OPERATES|HOSTS]->(object:Entity)
WHERE r.status IN $statuses AND r.since IS NULL AND r.observed IS NULL
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
RETURN subject.name AS subject, type(r) AS relation, object.name AS object, r.status AS status,
       d.published AS published, r.attribution AS attribution, d.name AS document, r.id AS claim
ORDER BY subject, relation, object, claim

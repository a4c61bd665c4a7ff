// group: evidence
// title: What a document supports
// example: document=MondeTech
// Which claims rest on a document, in its order.
// $document (text): the id of the document, or words of its name, in any case
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> document
// -> locator: the sentence, or the passage, where it is known
// -> subject, relation, object, status, confidence, attribution, summary, claim
MATCH (d:Document)
WHERE d.id = $document OR toLower(d.name) CONTAINS toLower($document)
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.document = d.id
WITH subject, r, object, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN d.name AS document, r.locator AS locator, subject.name AS subject, type(r) AS relation, object.name AS object,
       r.status AS status, r.confidence AS confidence, r.attribution AS attribution, r.summary AS summary,
       r.id AS claim
ORDER BY document, size(coalesce(locator, '')), locator, subject, relation, object, claim

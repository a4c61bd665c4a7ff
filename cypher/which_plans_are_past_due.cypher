// group: gaps
// title: Plans past their day
// example: today=2026-11-28
// Which plans have a deadline that is past, and no claim of the same step says that it was done.
// $today (date): the day that counts as today
// $company (entity: Company = null): only this company's
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> due, subject, relation, object, status, attribution, document, published, summary, claim
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.status IN ['planned', 'considered'] AND left(r.due + '-99-99', 10) < $today
  AND ($company IS NULL OR subject.id = $company)
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
OPTIONAL MATCH (subject)-[later]->(object)
WHERE type(later) = type(r) AND later.status = 'done' AND later.confidence IN $confidences
OPTIONAL MATCH (telling:Document)
WHERE telling.id = later.document
  AND ($on IS NULL OR coalesce(later.since, later.observed, telling.published) <= left($on + '-99-99', 10))
  AND ($known_by IS NULL OR left(telling.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
WITH subject, r, object, d, count(telling) AS settled
WHERE settled = 0
RETURN r.due AS due, subject.name AS subject, type(r) AS relation, object.name AS object, r.status AS status,
       r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.id AS claim
ORDER BY due, subject, relation, object, claim

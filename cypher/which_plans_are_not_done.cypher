// group: gaps
// title: Plans not reported as done
// example: company=ByteDance
// Which plans and considerations no document reports as done.
// Only a claim of the same scope settles a plan: a lease of one chip says nothing of the plan to lease another.
// $company (entity: Company = null): only this company's
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> subject, relation, object, status
// -> scope: the chips, sites and regions the plan is limited to, by id
// -> due: the deadline that was named
// -> value, currency, attribution, document, published, claim
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.status IN ['planned', 'considered']
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
  AND ($without IS NULL OR NOT later.id IN $without)
OPTIONAL MATCH (telling:Document)
WHERE telling.id = later.document
  AND ($on IS NULL OR coalesce(later.since, later.observed, telling.published) <= left($on + '-99-99', 10))
  AND ($known_by IS NULL OR left(telling.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
WITH subject, r, object, d, coalesce(r.chips, []) + coalesce(r.sites, []) + coalesce(r.regions, []) AS plan,
     coalesce(later.chips, []) + coalesce(later.sites, []) + coalesce(later.regions, []) AS done, telling
WITH subject, r, object, d, plan,
     sum(CASE WHEN telling IS NOT NULL AND all(one IN plan WHERE one IN done) AND all(one IN done WHERE one IN plan)
         THEN 1 ELSE 0 END) AS settled
WHERE settled = 0
RETURN subject.name AS subject, type(r) AS relation, object.name AS object, r.status AS status,
       plan AS scope, r.due AS due, r.value AS value, r.currency AS currency, r.attribution AS attribution,
       d.name AS document, d.published AS published, r.id AS claim
ORDER BY subject, relation, object, due, claim

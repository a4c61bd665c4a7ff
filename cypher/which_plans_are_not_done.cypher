// group: gaps
// title: Plans not reported as done
// example: company=ByteDance
// Which plans and considerations no document reports as done.
// Only a claim of the same scope settles a plan: a lease of one chip says nothing of the plan to lease another.
// $company (entity: Company = null): only this company's
// -> subject, relation, object, status
// -> scope: the chips, sites and regions the plan is limited to, by id
// -> due: the deadline that was named
// -> value, currency, attribution, document, published, claim
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.status IN ['planned', 'considered']
  AND ($company IS NULL OR subject.id = $company)
OPTIONAL MATCH (subject)-[later]->(object)
WHERE type(later) = type(r) AND later.status = 'done'
WITH subject, r, object, coalesce(r.chips, []) + coalesce(r.sites, []) + coalesce(r.regions, []) AS plan,
     coalesce(later.chips, []) + coalesce(later.sites, []) + coalesce(later.regions, []) AS done, later
WITH subject, r, object, plan,
     sum(CASE WHEN later IS NOT NULL AND all(one IN plan WHERE one IN done) AND all(one IN done WHERE one IN plan)
         THEN 1 ELSE 0 END) AS settled
WHERE settled = 0
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN subject.name AS subject, type(r) AS relation, object.name AS object, r.status AS status,
       plan AS scope, r.due AS due, r.value AS value, r.currency AS currency, r.attribution AS attribution,
       d.name AS document, d.published AS published, r.id AS claim
ORDER BY subject, relation, object, due, claim

// Which plans and considerations no document reports as done.
// $company (entity = null): only this company's
// -> subject, relation, object, status
// -> due: the deadline that was named
// -> value, currency, attribution, document, published, claim
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.status IN ['planned', 'considered']
  AND ($company IS NULL OR subject.id = $company)
  AND NOT EXISTS {
    MATCH (subject)-[later]->(object)
    WHERE type(later) = type(r) AND later.status = 'done'
  }
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN subject.name AS subject, type(r) AS relation, object.name AS object, r.status AS status, r.due AS due,
       r.value AS value, r.currency AS currency, r.attribution AS attribution, d.name AS document,
       d.published AS published, r.id AS claim
ORDER BY subject, relation, object, due, claim

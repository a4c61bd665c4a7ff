// group: access
// title: Refusals
// Who was turned down, by whom, in what.
// $asker (entity = null): only what this company asked for
// $refuser (entity = null): only what this company, chip or site was asked for
// -> asker, relation, refuser, since, attribution, document, published, summary, claim
MATCH (asker:Entity)-[r]->(refuser:Entity)
WHERE r.status = 'refused'
  AND ($asker IS NULL OR asker.id = $asker)
  AND ($refuser IS NULL OR refuser.id = $refuser)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN asker.name AS asker, type(r) AS relation, refuser.name AS refuser, r.since AS since,
       r.attribution AS attribution, d.name AS document, d.published AS published, r.summary AS summary, r.id AS claim
ORDER BY asker, refuser, relation, published, claim

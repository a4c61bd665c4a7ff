// Which authority looks into which company, and how far it has come.
// $company (entity: Company = null): only this company
// -> agency, company, status
// -> stage: probe, charged, convicted or settled
// -> since, until, attribution, document, published, summary, claim
MATCH (agency:Agency)-[r:INVESTIGATES]->(company:Company)
WHERE $company IS NULL OR company.id = $company
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN agency.name AS agency, company.name AS company, r.status AS status, r.stage AS stage, r.since AS since,
       r.until AS until, r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.id AS claim
ORDER BY company, agency, since, claim

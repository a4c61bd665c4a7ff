// group: law
// title: Cases against companies
// example: company=Megaspeed
// Which authority looks into which company, how far it has come, and against whom; what the company says stands beside it.
// A case against officers, employees or customers is none against the company.
// $company (entity: Company = null): only this company
// -> agency: empty for what the company says of its compliance
// -> company, status
// -> stage: probe, charged, convicted or settled
// -> against: company, officers, employees or customers
// -> since, until, attribution, document, published, summary, note, claim
MATCH (:Agency)-[c:INVESTIGATES]->(company:Company)
WHERE $company IS NULL OR company.id = $company
WITH DISTINCT company
CALL {
  WITH company
  MATCH (agency:Agency)-[r:INVESTIGATES]->(company)
  RETURN agency.name AS agency, r
  UNION
  WITH company
  MATCH (company)-[r:COMPLIES_WITH]->(:Regulation)
  RETURN null AS agency, r
}
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN agency, company.name AS company, r.status AS status, r.stage AS stage, r.against AS against, r.since AS since,
       r.until AS until, r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.note AS note, r.id AS claim
ORDER BY company, agency, since, claim

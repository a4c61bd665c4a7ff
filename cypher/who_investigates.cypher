// group: law
// title: Cases against companies
// example: company=Megaspeed
// Which authority looks into which company, how far it has come, and against whom; what the company says stands beside it.
// A case against officers, employees or customers is none against the company.
// $company (entity: Company = null): only this company
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
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
WITH agency, company, r, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN agency, company.name AS company, r.status AS status, r.stage AS stage, r.against AS against, r.since AS since,
       r.until AS until, r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.note AS note, r.id AS claim
ORDER BY company, agency, since, claim

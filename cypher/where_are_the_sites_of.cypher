// Which sites a company runs, where they stand and what they hold; and the regions it deploys in without naming one.
// $company (entity): the company
// -> site: empty where the document names a region only
// -> unnamed: whether the site has no name
// -> place, chip, status, since, document, published, claim
CALL {
  MATCH (:Entity:Company {id: $company})-[r:OPERATES]->(s:Datacenter)
  OPTIONAL MATCH (s)-[:LOCATED_IN]->(region:Region)
  OPTIONAL MATCH (s)-[:HOSTS]->(held:Chip)
  RETURN r, s.name AS site, coalesce(s.generic, false) AS unnamed, region.name AS place, held.name AS chip
  UNION
  MATCH (:Entity:Company {id: $company})-[r:DEPLOYS_IN]->(region:Region)
  RETURN r, null AS site, true AS unnamed, region.name AS place, null AS chip
}
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN DISTINCT site, unnamed, place, chip, r.status AS status, r.since AS since, d.name AS document,
       d.published AS published, r.id AS claim
ORDER BY site, place, chip, claim

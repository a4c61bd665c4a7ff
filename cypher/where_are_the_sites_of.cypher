// group: places
// title: Sites of a company
// example: company=Oracle
// Which sites a company runs, where they stand and what they hold; and the regions it deploys in without naming one.
// Where a site stands and what it holds: what is said to be done counts besides the statuses asked for.
// $company (entity: Company): the company
// $statuses (statuses = done, planned, considered): what the documents may say of it
// -> site: empty where the document names a region only
// -> unnamed: whether the site has no name
// -> status: of the running, or of the deploying
// -> place, place_status, chip, chip_status
// -> since, document, published, claim: of the running, or of the deploying
// -> place_claim, chip_claim: one that says where it stands, one that says what it holds
CALL {
  MATCH (:Entity:Company {id: $company})-[r:OPERATES]->(s:Datacenter)
  WHERE r.status IN $statuses
  OPTIONAL MATCH (s)-[l:LOCATED_IN]->(region:Region)
  WHERE l.status IN ($statuses + ['done'])
  OPTIONAL MATCH (s)-[h:HOSTS]->(held:Chip)
  WHERE h.status IN ($statuses + ['done'])
  WITH r, s, region.name AS place, l.status AS place_status, held.name AS chip, h.status AS chip_status,
       min(l.id) AS place_claim, min(h.id) AS chip_claim
  RETURN r, s.name AS site, coalesce(s.generic, false) AS unnamed, place, place_status, place_claim,
         chip, chip_status, chip_claim
  UNION
  MATCH (:Entity:Company {id: $company})-[r:DEPLOYS_IN]->(region:Region)
  WHERE r.status IN $statuses
  RETURN r, null AS site, true AS unnamed, region.name AS place, r.status AS place_status, r.id AS place_claim,
         null AS chip, null AS chip_status, null AS chip_claim
}
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN site, unnamed, r.status AS status, place, place_status, chip, chip_status, r.since AS since,
       d.name AS document, d.published AS published, r.id AS claim, place_claim, chip_claim
ORDER BY site, place, chip, claim, place_status, chip_status

// group: gaps
// title: Sites that no document names
// Which sites no document names, who runs them, where, and with which chips.
// Where a site stands and what it holds: what is said to be done counts besides the statuses asked for.
// $operator (entity: Company = null): only sites of this company
// $statuses (statuses = done, planned, considered): what the documents may say of it
// -> site, operator
// -> status: of the running
// -> place, place_status, chip, chip_status
// -> implied: whether the chip is only implied by the document
// -> claim: the claim about the operator
// -> place_claim, chip_claim: one that says where it stands, one that says what it holds
MATCH (company:Company)-[o:OPERATES]->(site:Datacenter)
WHERE site.generic = true
  AND ($operator IS NULL OR company.id = $operator)
  AND o.status IN $statuses
OPTIONAL MATCH (site)-[l:LOCATED_IN]->(region:Region)
WHERE l.status IN ($statuses + ['done'])
OPTIONAL MATCH (site)-[h:HOSTS]->(held:Chip)
WHERE h.status IN ($statuses + ['done'])
WITH company, o, site, region.name AS place, l.status AS place_status, held.name AS chip, h.status AS chip_status,
     coalesce(h.implied, false) AS implied, min(l.id) AS place_claim, min(h.id) AS chip_claim
RETURN site.name AS site, company.name AS operator, o.status AS status, place, place_status, chip, chip_status,
       implied, o.id AS claim, place_claim, chip_claim
ORDER BY site, operator, place, chip, claim, place_status, chip_status, implied

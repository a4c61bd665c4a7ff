// Which sites no document names, who runs them, where, and with which chips.
// $operator (entity = null): only sites of this company
// -> site, operator, place, chip
// -> implied: whether the chip is only implied by the document
// -> claim: the claim about the chip, else the one about the operator
MATCH (company:Company)-[o:OPERATES]->(site:Datacenter)
WHERE site.generic = true
  AND ($operator IS NULL OR company.id = $operator)
OPTIONAL MATCH (site)-[:LOCATED_IN]->(region:Region)
OPTIONAL MATCH (site)-[h:HOSTS]->(held:Chip)
RETURN DISTINCT site.name AS site, company.name AS operator, region.name AS place, held.name AS chip,
       coalesce(h.implied, false) AS implied, coalesce(h.id, o.id) AS claim
ORDER BY site, operator, place, chip, claim

// Which chips are at the sites of a region, and who runs the sites.
// $region (entity): the region; those that are part of it count too
// $statuses (list = done, planned): what the documents may say of the chips at the site
// -> chip, site, place, operator, status, quantity
// -> owner: whose chips they are, where not the operator's
// -> document, published, claim
MATCH (place:Region)-[:PART_OF*0..4]->(:Entity:Region {id: $region})
MATCH (site:Datacenter)-[:LOCATED_IN]->(place)
MATCH (site)-[r:HOSTS]->(chip:Chip)
WHERE r.status IN $statuses
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
OPTIONAL MATCH (operator:Company)-[:OPERATES]->(site)
UNWIND [r.owner] AS holder
OPTIONAL MATCH (owner:Entity {id: holder})
RETURN DISTINCT chip.name AS chip, site.name AS site, place.name AS place, operator.name AS operator,
       r.status AS status, r.quantity AS quantity, owner.name AS owner, d.name AS document, d.published AS published,
       r.id AS claim
ORDER BY chip, site, place, operator, claim

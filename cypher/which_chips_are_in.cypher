// group: places
// title: Chips at the sites of a region
// example: region=Malaysia
// Which chips are at the sites of a region, and who runs the sites.
// Where a site stands and who runs it: what is said to be done counts besides the statuses asked for.
// $region (entity: Region): the region; those that are part of it count too
// $statuses (statuses = done, planned): what the documents may say of the chips at the site
// -> chip, site
// -> status: of the chips at the site
// -> place, place_status, operator, operator_status, quantity
// -> owner: whose chips they are, where not the operator's
// -> document, published, claim: of the chips at the site
// -> place_claim, operator_claim: one that says where it stands, one that says who runs it
MATCH p = (place:Region)-[:PART_OF*0..4]->(:Entity:Region {id: $region})
WHERE all(part IN relationships(p) WHERE part.status = 'done')
WITH DISTINCT place
MATCH (site:Datacenter)-[l:LOCATED_IN]->(place)
WHERE l.status IN ($statuses + ['done'])
WITH place, site, l.status AS place_status, min(l.id) AS place_claim
MATCH (site)-[r:HOSTS]->(chip:Chip)
WHERE r.status IN $statuses
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
OPTIONAL MATCH (operator:Company)-[o:OPERATES]->(site)
WHERE o.status IN ($statuses + ['done'])
WITH place, place_status, place_claim, site, r, chip, d, operator.name AS operator, o.status AS operator_status,
     min(o.id) AS operator_claim
UNWIND [r.owner] AS holder
OPTIONAL MATCH (owner:Entity {id: holder})
RETURN chip.name AS chip, site.name AS site, r.status AS status, place.name AS place, place_status, operator,
       operator_status, r.quantity AS quantity, owner.name AS owner, d.name AS document, d.published AS published,
       r.id AS claim, place_claim, operator_claim
ORDER BY chip, site, place, operator, claim, place_status, operator_status

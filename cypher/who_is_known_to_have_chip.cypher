// group: access
// title: Holders of a chip
// example: chip=H100
// Who is said to have a chip or a form of it: in use, bought, at a site of its own, or in hired servers.
// $chip (entity: Chip): the chip; the forms of its family count too
// $statuses (statuses = done): what the documents may say of it
// -> company
// -> how: the relation that says it
// -> at: the site, or the company it is bought or hired from
// -> chip, status, confidence, attribution, document, published, claim
MATCH (held:Chip)-[:FORM_OF*0..2]->(:Entity:Chip {id: $chip})
CALL {
  WITH held
  MATCH (owner:Entity)-[r:USES|BUYS]->(held)
  RETURN owner, r, null AS at
  UNION
  WITH held
  MATCH (owner:Company)-[o:OPERATES]->(site:Datacenter)-[r:HOSTS]->(held)
  WHERE o.status IN ($statuses + ['done'])
  RETURN owner, r, site.name AS at
  UNION
  WITH held
  MATCH (owner:Company)-[r:BUYS_FROM|LEASES_FROM]->(supplier:Company)
  WHERE held.id IN r.chips
  RETURN owner, r, supplier.name AS at
}
WITH held, owner, r, at WHERE r.status IN $statuses
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN owner.name AS company, type(r) AS how, at, held.name AS chip, r.status AS status, r.confidence AS confidence,
       r.attribution AS attribution, d.name AS document, d.published AS published, r.id AS claim
ORDER BY company, how, at, chip, claim

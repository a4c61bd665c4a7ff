// Which companies with their seat, or an owner's seat, in the given countries hold or plan to hold a chip.
// Renting is not holding; who_rents_from shows that.
// $chip (entity: Chip): the chip; the forms of its family count too
// $countries (entities = afghanistan, belarus, central-african-republic, china, cuba, democratic-republic-of-the-congo, eritrea, haiti, hong-kong, iran, iraq, lebanon, libya, macau, myanmar, nicaragua, north-korea, russia, somalia, south-sudan, sudan, syria, venezuela, zimbabwe): countries; the default is Country Group D:5 as of July 2026, Hong Kong, and Macau
// $statuses (statuses = done, planned): what the documents may say of the holding
// -> company
// -> seat_of: the company itself, or the owner whose seat it is
// -> country, relation, chip, status, attribution, document, published, claim
MATCH (held:Chip)-[:FORM_OF*0..2]->(:Entity:Chip {id: $chip})
CALL {
  WITH held
  MATCH (company:Company)-[r:USES|BUYS]->(held)
  RETURN company, r
  UNION
  WITH held
  MATCH (company:Company)-[o:OPERATES]->(:Datacenter)-[r:HOSTS]->(held)
  WHERE o.status IN ($statuses + ['done'])
  RETURN company, r
  UNION
  WITH held
  MATCH (company:Company)-[r:BUYS_FROM]->(:Company)
  WHERE held.id IN r.chips
  RETURN company, r
}
WITH held, company, r WHERE r.status IN $statuses
MATCH p = (seated:Company)-[:OWNS*0..4]->(company)
WHERE all(o IN relationships(p) WHERE o.status = 'done')
MATCH q = (seated)-[:HEADQUARTERED_IN]->(:Region)-[:PART_OF*0..3]->(country:Region)
WHERE country.id IN $countries AND all(part IN relationships(q) WHERE part.status = 'done')
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN DISTINCT company.name AS company, seated.name AS seat_of, country.name AS country, type(r) AS relation,
       held.name AS chip, r.status AS status, r.attribution AS attribution, d.name AS document,
       d.published AS published, r.id AS claim
ORDER BY company, seat_of, country, chip, claim

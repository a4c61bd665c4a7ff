// group: access
// title: Holders with a seat in a country
// example: chip=H100
// Which companies with their seat, or an owner's seat, in the given countries hold or plan to hold a chip.
// Renting is not holding; who_rents_from shows that.
// $chip (entity: Chip): the chip; the forms of its family count too
// $countries (entities = afghanistan, belarus, central-african-republic, china, cuba, democratic-republic-of-the-congo, eritrea, haiti, hong-kong, iran, iraq, lebanon, libya, macau, myanmar, nicaragua, north-korea, russia, somalia, south-sudan, sudan, syria, venezuela, zimbabwe): countries; the default is Country Group D:5 as of July 2026, Hong Kong, and Macau
// $statuses (statuses = done, planned): what the documents may say of the holding
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> company
// -> seat_of: the company itself, or the owner whose seat it is
// -> country, relation, chip, status, attribution, document, published, claim
OPTIONAL MATCH (source:Document)
WHERE $known_by IS NOT NULL AND left(source.published + '-99-99', 10) <= left($known_by + '-99-99', 10)
WITH collect(source.id) AS known
MATCH (held:Chip)-[:FORM_OF*0..2]->(:Entity:Chip {id: $chip})
CALL {
  WITH held, known
  MATCH (company:Company)-[r:USES|BUYS]->(held)
  RETURN company, r
  UNION
  WITH held, known
  MATCH (company:Company)-[o:OPERATES]->(:Datacenter)-[r:HOSTS]->(held)
  WHERE o.status IN ($statuses + ['done'])
    AND (o.since IS NULL OR $on IS NULL OR o.since <= left($on + '-99-99', 10))
    AND (o.until IS NULL OR $on IS NULL OR left(o.until + '-99-99', 10) >= $on)
    AND ($known_by IS NULL OR o.document IN known) AND o.confidence IN $confidences
    AND ($without IS NULL OR NOT any(id IN [o.id, startNode(o).id, endNode(o).id] WHERE id IN $without))
  RETURN company, r
  UNION
  WITH held, known
  MATCH (company:Company)-[r:BUYS_FROM]->(:Company)
  WHERE held.id IN r.chips
  RETURN company, r
}
WITH held, known, company, r
WHERE r.status IN $statuses
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH held, known, company, r, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
MATCH p = (seated:Company)-[:OWNS*0..4]->(company)
WHERE all(o IN relationships(p) WHERE o.status = 'done'
  AND (o.since IS NULL OR $on IS NULL OR o.since <= left($on + '-99-99', 10))
  AND (o.until IS NULL OR $on IS NULL OR left(o.until + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR o.document IN known) AND o.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [o.id, startNode(o).id, endNode(o).id] WHERE id IN $without)))
MATCH q = (seated)-[:HEADQUARTERED_IN]->(:Region)-[:PART_OF*0..3]->(country:Region)
WHERE country.id IN $countries AND all(part IN relationships(q) WHERE part.status = 'done'
  AND (part.since IS NULL OR $on IS NULL OR part.since <= left($on + '-99-99', 10))
  AND (part.until IS NULL OR $on IS NULL OR left(part.until + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR part.document IN known) AND part.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [part.id, startNode(part).id, endNode(part).id] WHERE id IN $without)))
RETURN DISTINCT company.name AS company, seated.name AS seat_of, country.name AS country, type(r) AS relation,
       held.name AS chip, r.status AS status, r.attribution AS attribution, d.name AS document,
       d.published AS published, r.id AS claim
ORDER BY company, seat_of, country, chip, claim

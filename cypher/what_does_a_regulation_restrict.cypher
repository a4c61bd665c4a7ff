// group: law
// title: What a rule restricts
// example: regulation=US-2025-04-H20
// What a regulation restricts, whom and where it reaches, who issued it, what it amends, who is on it.
// $regulation (entity: Regulation): the rule, bill, letter or list
// -> relation
// -> direction: out, from the regulation; in, towards it
// -> other: the chip, region, company, agency or regulation
// -> kind, status, since, until, document, published, claim
MATCH (regulation:Entity:Regulation {id: $regulation})
CALL {
  WITH regulation
  MATCH (regulation)-[r:RESTRICTS|APPLIES_TO|ISSUED_BY|AMENDS]->(other:Entity)
  RETURN r, other, 'out' AS direction
  UNION ALL
  WITH regulation
  MATCH (regulation)<-[r:AMENDS|LISTED_ON|OPPOSES]-(other:Entity)
  RETURN r, other, 'in' AS direction
}
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN type(r) AS relation, direction, other.name AS other, other.kind AS kind, r.status AS status,
       r.since AS since, r.until AS until, d.name AS document, d.published AS published, r.id AS claim
ORDER BY direction DESC, relation, other, claim

// group: access
// title: Makers of a chip, foundry to server
// example: chip=H100
// What is the chain of a chip, from the maker of lithography to the server, and who says each link of it.
// The makers of its family, its forms and its class count too. None of these links gives access to the chip.
// $chip (entity: Chip): the chip
// $statuses (statuses = done, planned, alleged): what the documents may say of a link
// -> step: 1 tools, 2 dies, 3 memory, 4 package, 5 design, 6 servers
// -> maker
// -> link: the relation that says it
// -> made_for: the chip, its form, family or class; for tools, the foundry
// -> part: which part or process
// -> status, since, confidence, attribution, document, published, summary, claim
MATCH (chip:Entity:Chip {id: $chip})
CALL {
  WITH chip
  MATCH (chip)-[:FORM_OF|IN_CLASS*0..1]->(made:Chip)
  RETURN made
  UNION
  WITH chip
  MATCH (chip)<-[:FORM_OF]-(made:Chip)
  RETURN made
}
WITH DISTINCT made
CALL {
  WITH made
  MATCH (maker:Company)-[r:MANUFACTURES|MAKES_MEMORY_FOR|PACKAGES|DESIGNS|BUILDS_SERVERS_WITH]->(made)
  RETURN maker, r, made.name AS made_for
  UNION
  WITH made
  MATCH (maker:Company)-[r:EQUIPS]->(foundry:Company)-[m:MANUFACTURES]->(made)
  WHERE m.status IN $statuses
  RETURN maker, r, foundry.name AS made_for
}
WITH DISTINCT maker, r, made_for WHERE r.status IN $statuses
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN CASE type(r) WHEN 'EQUIPS' THEN 1 WHEN 'MANUFACTURES' THEN 2 WHEN 'MAKES_MEMORY_FOR' THEN 3
                    WHEN 'PACKAGES' THEN 4 WHEN 'DESIGNS' THEN 5 ELSE 6 END AS step,
       maker.name AS maker, type(r) AS link, made_for, r.part AS part, r.status AS status, r.since AS since,
       r.confidence AS confidence, r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.id AS claim
ORDER BY step, maker, made_for, claim

// group: access
// title: Makers of a chip, foundry to server
// example: chip=H100
// What is the chain of a chip, from the maker of lithography to the server, and who says each link of it.
// The makers of its family, its forms and its class count too. None of these links gives access to the chip.
// $chip (entity: Chip): the chip
// $statuses (statuses = done, planned, alleged): what the documents may say of a link
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> step: 1 tools, 2 dies, 3 memory, 4 package, 5 design, 6 servers
// -> maker
// -> link: the relation that says it
// -> made_for: the chip, its form, family or class; for tools, the foundry
// -> part: which part or process
// -> status, since, confidence, attribution, document, published, summary, claim
OPTIONAL MATCH (source:Document)
WHERE $known_by IS NOT NULL AND left(source.published + '-99-99', 10) <= left($known_by + '-99-99', 10)
WITH collect(source.id) AS known
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
WITH DISTINCT known, made
CALL {
  WITH known, made
  MATCH (maker:Company)-[r:MANUFACTURES|MAKES_MEMORY_FOR|PACKAGES|DESIGNS|BUILDS_SERVERS_WITH]->(made)
  RETURN maker, r, made.name AS made_for
  UNION
  WITH known, made
  MATCH (maker:Company)-[r:EQUIPS]->(foundry:Company)-[m:MANUFACTURES]->(made)
  WHERE m.status IN $statuses
    AND (m.since IS NULL OR $on IS NULL OR m.since <= left($on + '-99-99', 10))
    AND (m.until IS NULL OR $on IS NULL OR left(m.until + '-99-99', 10) >= $on)
    AND ($known_by IS NULL OR m.document IN known) AND m.confidence IN $confidences
    AND ($without IS NULL OR NOT any(id IN [m.id, startNode(m).id, endNode(m).id] WHERE id IN $without))
  RETURN maker, r, foundry.name AS made_for
}
WITH DISTINCT maker, r, made_for WHERE r.status IN $statuses
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH maker, r, made_for, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN CASE type(r) WHEN 'EQUIPS' THEN 1 WHEN 'MANUFACTURES' THEN 2 WHEN 'MAKES_MEMORY_FOR' THEN 3
                    WHEN 'PACKAGES' THEN 4 WHEN 'DESIGNS' THEN 5 ELSE 6 END AS step,
       maker.name AS maker, type(r) AS link, made_for, r.part AS part, r.status AS status, r.since AS since,
       r.confidence AS confidence, r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.id AS claim
ORDER BY step, maker, made_for, claim

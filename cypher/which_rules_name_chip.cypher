// Which rules name a chip, its family, or a class that contains it, and since when.
// $chip (entity: Chip): the chip
// -> regulation
// -> named: what the rule names: the chip, its family or its class
// -> status, since, until, document, published, claim
MATCH p = (:Entity:Chip {id: $chip})-[:FORM_OF|IN_CLASS*0..3]->(named:Chip)
WITH DISTINCT named
MATCH (regulation:Regulation)-[r:RESTRICTS]->(named)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN regulation.name AS regulation, named.name AS named, r.status AS status, r.since AS since, r.until AS until,
       d.name AS document, d.published AS published, r.id AS claim
ORDER BY since, regulation, named, claim

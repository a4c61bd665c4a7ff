// group: law
// title: Rules that name a chip
// example: chip=H20
// Which rules name a chip, its family, or a class of named chips that contains it, and since when.
// A rule that is said to restrict "AI chips" names none.
// $chip (entity: Chip): the chip
// -> regulation
// -> named: what the rule names: the chip, its family or its class
// -> status, since, until, document, published, claim
MATCH p = (:Entity:Chip {id: $chip})-[:FORM_OF|IN_CLASS*0..3]->(named:Chip)
WITH DISTINCT named WHERE coalesce(named.generic, false) = false
MATCH (regulation:Regulation)-[r:RESTRICTS]->(named)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN regulation.name AS regulation, named.name AS named, r.status AS status, r.since AS since, r.until AS until,
       d.name AS document, d.published AS published, r.id AS claim
ORDER BY since, regulation, named, claim

// group: law
// title: Rules that name a chip
// example: chip=H20
// Which rules name a chip, its family, or a class of named chips that contains it, and since when.
// A rule that is said to restrict "AI chips" names none.
// $chip (entity: Chip): the chip
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> regulation
// -> named: what the rule names: the chip, its family or its class
// -> status, since, until, document, published, claim
MATCH p = (:Entity:Chip {id: $chip})-[:FORM_OF|IN_CLASS*0..3]->(named:Chip)
WITH DISTINCT named WHERE coalesce(named.generic, false) = false
MATCH (regulation:Regulation)-[r:RESTRICTS]->(named)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH regulation, r, named, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN regulation.name AS regulation, named.name AS named, r.status AS status, r.since AS since, r.until AS until,
       d.name AS document, d.published AS published, r.id AS claim
ORDER BY since, regulation, named, claim

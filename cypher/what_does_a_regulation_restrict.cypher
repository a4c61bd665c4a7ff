// group: law
// title: What a rule restricts
// example: regulation=US-2025-04-H20
// What a regulation restricts, whom and where it reaches, who issued it, what it amends, who is on it.
// $regulation (entity: Regulation): the rule, bill, letter or list
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
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
WITH r, other, direction, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN type(r) AS relation, direction, other.name AS other, other.kind AS kind, r.status AS status,
       r.since AS since, r.until AS until, d.name AS document, d.published AS published, r.id AS claim
ORDER BY direction DESC, relation, other, claim

// group: law
// title: Bills and rules not in force
// Which rules and bills are proposed or considered, and what each would do.
// $about (entity = null): only what would limit or reach this chip, region or company, or amend this rule
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> regulation, relation, other, status, since, document, published, summary, claim
MATCH (regulation:Regulation)-[r:RESTRICTS|APPLIES_TO|AMENDS|ISSUED_BY]->(other:Entity)
WHERE r.status IN ['proposed', 'considered'] AND ($about IS NULL OR other.id = $about)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH regulation, r, other, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN regulation.name AS regulation, type(r) AS relation, other.name AS other, r.status AS status, r.since AS since,
       d.name AS document, d.published AS published, r.summary AS summary, r.id AS claim
ORDER BY regulation, relation, other, published, claim

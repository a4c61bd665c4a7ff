// group: law
// title: Rules that took effect between days
// example: after=2025-01-01; before=2025-12-31
// Which rules, lists and letters took effect between two days, on what and where.
// A rule takes effect when it begins to restrict a chip, to reach a place or company, or to amend another rule.
// $after (date): the first day
// $before (date): the last day
// $statuses (statuses = done): what the documents may say of it
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> since, regulation, relation, other, status, until, document, published, claim
MATCH (regulation:Regulation)-[r:RESTRICTS|APPLIES_TO|AMENDS]->(other:Entity)
WHERE r.status IN $statuses AND left(r.since + '-99-99', 10) >= $after AND r.since <= left($before + '-99-99', 10)
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
RETURN r.since AS since, regulation.name AS regulation, type(r) AS relation, other.name AS other, r.status AS status,
       r.until AS until, d.name AS document, d.published AS published, r.id AS claim
ORDER BY since, regulation, relation, other, claim

// group: gaps
// title: Documents without an address
// Which documents have no address at which they can be read, and how much rests on them.
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> document, publisher, published, reliability, claims
// -> claim: one of them
MATCH (d:Document)
WHERE d.url IS NULL
MATCH (:Entity)-[r]->(:Entity)
WHERE r.document = d.id
WITH d, r,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
WITH d, count(r) AS claims, min(r.id) AS claim
RETURN d.name AS document, d.publisher AS publisher, d.published AS published, d.reliability AS reliability, claims,
       claim
ORDER BY claims DESC, document, claim

// group: gaps
// title: Companies without a seat
// Which named companies are at either end of a claim of access, and no document says where they have their seat.
// What a rule says of a buyer turns on the seat.
// $statuses (statuses = done, planned, considered, alleged): claims of access that count
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> company
// -> claims: of access, how many there are
// -> claim: one of them
OPTIONAL MATCH (source:Document)
WHERE $known_by IS NOT NULL AND left(source.published + '-99-99', 10) <= left($known_by + '-99-99', 10)
WITH collect(source.id) AS known
MATCH (company:Company)-[r:USES|BUYS|BUYS_FROM|LEASES_FROM|OPERATES]-(:Entity)
WHERE r.status IN $statuses AND coalesce(company.generic, false) = false
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH known, company, r, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
WITH known, company, count(DISTINCT r.id) AS claims, min(r.id) AS claim
OPTIONAL MATCH (company)-[h:HEADQUARTERED_IN]->(:Region)
WHERE h.status = 'done' AND ($known_by IS NULL OR h.document IN known)
  AND (h.since IS NULL OR $on IS NULL OR h.since <= left($on + '-99-99', 10))
  AND (h.until IS NULL OR $on IS NULL OR left(h.until + '-99-99', 10) >= $on)
  AND h.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [h.id, startNode(h).id, endNode(h).id] WHERE id IN $without))
WITH company, claims, claim, count(h) AS seats
WHERE seats = 0
RETURN company.name AS company, claims, claim
ORDER BY company

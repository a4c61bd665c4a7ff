// group: owners
// title: Companies without a known owner
// example: seat=Malaysia
// Which companies that have, buy or hire chips or computing have no owner that a document tells.
// No owner told is not no owner: many are owned by persons or by the public.
// $seat (entity: Region = null): only companies with their seat there
// $statuses (statuses = done, planned, alleged): claims of access that count
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> company
// -> seats: places that a document tells
// -> claims: of access, how many there are
// -> claim: one of them
OPTIONAL MATCH (source:Document)
WHERE $known_by IS NOT NULL AND left(source.published + '-99-99', 10) <= left($known_by + '-99-99', 10)
WITH collect(source.id) AS known
MATCH (company:Company)-[r:USES|BUYS|BUYS_FROM|LEASES_FROM|OPERATES]->(:Entity)
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
WITH known, company, count(r) AS claims, min(r.id) AS claim
OPTIONAL MATCH (owner:Company)-[o:OWNS]->(company)
WHERE o.status = 'done' AND ($known_by IS NULL OR o.document IN known)
  AND (o.since IS NULL OR $on IS NULL OR o.since <= left($on + '-99-99', 10))
  AND (o.until IS NULL OR $on IS NULL OR left(o.until + '-99-99', 10) >= $on)
  AND o.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [o.id, startNode(o).id, endNode(o).id] WHERE id IN $without))
WITH known, company, claims, claim, count(o) AS owners
WHERE owners = 0
OPTIONAL MATCH (company)-[h:HEADQUARTERED_IN]->(place:Region)
WHERE h.status = 'done' AND ($known_by IS NULL OR h.document IN known)
  AND (h.since IS NULL OR $on IS NULL OR h.since <= left($on + '-99-99', 10))
  AND (h.until IS NULL OR $on IS NULL OR left(h.until + '-99-99', 10) >= $on)
  AND h.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [h.id, startNode(h).id, endNode(h).id] WHERE id IN $without))
WITH company, claims, claim, place ORDER BY place.name
WITH company, claims, claim, collect(DISTINCT place.name) AS seats, collect(place.id) AS ids
WHERE $seat IS NULL OR $seat IN ids
RETURN company.name AS company, seats, claims, claim
ORDER BY company

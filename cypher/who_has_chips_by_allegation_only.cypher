// group: access
// title: Holders by allegation only
// Who is said to have, buy or hire chips by allegations alone: no document says that it is done or planned.
// $company (entity: Company = null): only this company
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> company, relation
// -> other: the chip, or who sells or rents out
// -> confidence, attribution, document, published, summary, claim
MATCH (company:Company)-[r:USES|BUYS|BUYS_FROM|LEASES_FROM]->(other:Entity)
WHERE r.status IN ['done', 'planned', 'alleged'] AND ($company IS NULL OR company.id = $company)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH company, r, other, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
WITH company, collect(r) AS claims, collect(r.status) AS statuses
WHERE NOT ('done' IN statuses OR 'planned' IN statuses)
UNWIND claims AS r
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH company, r, d, endNode(r) AS other
RETURN company.name AS company, type(r) AS relation, other.name AS other, r.confidence AS confidence,
       r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.id AS claim
ORDER BY company, relation, other, claim

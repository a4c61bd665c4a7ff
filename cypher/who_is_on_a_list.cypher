// group: law
// title: Parties on lists
// Which companies are on a list of an authority, since when; and what was planned or considered.
// $list (entity: Regulation = null): only this list
// $company (entity: Company = null): only this company
// $statuses (statuses = done): what the documents may say of it
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> list, company, status, since, until, note, document, published, claim
MATCH (company:Company)-[r:LISTED_ON]->(list:Regulation)
WHERE r.status IN $statuses
  AND ($list IS NULL OR list.id = $list)
  AND ($company IS NULL OR company.id = $company)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH company, r, list, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN list.name AS list, company.name AS company, r.status AS status, r.since AS since, r.until AS until,
       r.note AS note, d.name AS document, d.published AS published, r.id AS claim
ORDER BY list, company, since, claim

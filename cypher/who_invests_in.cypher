// group: owners
// title: Holdings below control
// Who holds shares of whom without control: no owner in the sense of the rules, and no step of a path.
// $investor (entity: Company = null): only what this company holds
// $company (entity: Company = null): only the holders of this company
// $statuses (statuses = done): what the documents may say of it
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> investor, company
// -> share: per cent, where a document gives it
// -> status, since, until, attribution, document, published, claim
MATCH (investor:Company)-[r:INVESTS_IN]->(company:Company)
WHERE r.status IN $statuses
  AND ($investor IS NULL OR investor.id = $investor)
  AND ($company IS NULL OR company.id = $company)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH investor, r, company, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN investor.name AS investor, company.name AS company, r.share AS share, r.status AS status, r.since AS since,
       r.until AS until, r.attribution AS attribution, d.name AS document, d.published AS published,
       r.id AS claim
ORDER BY investor, company, claim

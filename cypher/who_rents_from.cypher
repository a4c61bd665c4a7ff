// group: access
// title: Rentals of computing
// example: provider=Oracle
// Who rents computing from whom, and where the servers are said to be.
// Places come from the claim itself; where it names none, none is shown.
// $customer (entity: Company = null): only what this company rents
// $provider (entity: Company = null): only what is rented from this company
// $statuses (statuses = done, planned, considered, alleged): what the documents may say of it
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> customer, provider, status
// -> places: regions the claim is limited to, and those its named sites stand in
// -> chips: models the claim is limited to
// -> since, attribution, document, published, claim
OPTIONAL MATCH (source:Document)
WHERE $known_by IS NOT NULL AND left(source.published + '-99-99', 10) <= left($known_by + '-99-99', 10)
WITH collect(source.id) AS known
MATCH (customer:Company)-[r:LEASES_FROM]->(provider:Company)
WHERE ($customer IS NULL OR customer.id = $customer)
  AND ($provider IS NULL OR provider.id = $provider)
  AND r.status IN $statuses
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH known, customer, provider, r, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
UNWIND CASE WHEN size(coalesce(r.sites, [])) = 0 THEN [null] ELSE r.sites END AS named
OPTIONAL MATCH (:Entity {id: named})-[l:LOCATED_IN]->(around:Region)
WHERE l.status IN ($statuses + ['done'])
    AND (l.since IS NULL OR $on IS NULL OR l.since <= left($on + '-99-99', 10))
    AND (l.until IS NULL OR $on IS NULL OR left(l.until + '-99-99', 10) >= $on)
    AND ($known_by IS NULL OR l.document IN known) AND l.confidence IN $confidences
    AND ($without IS NULL OR NOT any(id IN [l.id, startNode(l).id, endNode(l).id] WHERE id IN $without))
WITH customer, provider, r, d, coalesce(r.regions, []) + collect(around.id) AS ids
UNWIND CASE WHEN size(ids) = 0 THEN [null] ELSE ids END AS id
OPTIONAL MATCH (place:Entity {id: id})
WITH DISTINCT customer, provider, r, d, place.name AS place ORDER BY place
WITH customer, provider, r, d, collect(place) AS places
UNWIND CASE WHEN size(coalesce(r.chips, [])) = 0 THEN [null] ELSE r.chips END AS model
OPTIONAL MATCH (chip:Entity {id: model})
WITH customer, provider, r, d, places, chip.name AS chip ORDER BY chip
WITH customer, provider, r, d, places, collect(chip) AS chips
RETURN customer.name AS customer, provider.name AS provider, r.status AS status,
       places, chips, r.since AS since, r.attribution AS attribution, d.name AS document, d.published AS published,
       r.id AS claim
ORDER BY customer, provider, published, claim

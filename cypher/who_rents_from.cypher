// group: access
// title: Rentals of computing
// example: provider=Oracle
// Who rents computing from whom, and where the servers are said to be.
// Places come from the claim itself; where it names none, none is shown.
// $customer (entity: Company = null): only what this company rents
// $provider (entity: Company = null): only what is rented from this company
// $statuses (statuses = done, planned, considered, alleged): what the documents may say of it
// -> customer, provider, status
// -> places: regions the claim is limited to, and those its named sites stand in
// -> chips: models the claim is limited to
// -> since, attribution, document, published, claim
MATCH (customer:Company)-[r:LEASES_FROM]->(provider:Company)
WHERE ($customer IS NULL OR customer.id = $customer)
  AND ($provider IS NULL OR provider.id = $provider)
  AND r.status IN $statuses
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
UNWIND CASE WHEN size(coalesce(r.sites, [])) = 0 THEN [null] ELSE r.sites END AS named
OPTIONAL MATCH (:Entity {id: named})-[:LOCATED_IN]->(around:Region)
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

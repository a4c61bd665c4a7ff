// Who rents computing from whom, and where the servers are said to be.
// Places come from the claim itself; where it names none, none is shown.
// $customer (entity = null): only what this company rents
// $provider (entity = null): only what is rented from this company
// $statuses (list = done, planned, considered, alleged): what the documents may say of it
// -> customer, provider, status
// -> places: regions the claim is limited to, and those its named sites stand in
// -> chips: models the claim is limited to
// -> since, attribution, document, published, claim
MATCH (customer:Company)-[r:LEASES_FROM]->(provider:Company)
WHERE ($customer IS NULL OR customer.id = $customer)
  AND ($provider IS NULL OR provider.id = $provider)
  AND r.status IN $statuses
MATCH (d:Document) WHERE d.id = r.document
OPTIONAL MATCH (site:Entity)-[:LOCATED_IN]->(around:Region) WHERE site.id IN r.sites
WITH customer, provider, r, d, coalesce(r.regions, []) + collect(around.id) AS ids
OPTIONAL MATCH (place:Entity) WHERE place.id IN ids
WITH customer, provider, r, d, place ORDER BY place.name
WITH customer, provider, r, d, collect(place.name) AS places
OPTIONAL MATCH (chip:Entity) WHERE chip.id IN r.chips
WITH customer, provider, r, d, places, chip ORDER BY chip.name
WITH customer, provider, r, d, places, collect(chip.name) AS chips
RETURN customer.name AS customer, provider.name AS provider, r.status AS status,
       reduce(text = '', name IN places | text + CASE text WHEN '' THEN '' ELSE '; ' END + name) AS places,
       reduce(text = '', name IN chips | text + CASE text WHEN '' THEN '' ELSE '; ' END + name) AS chips,
       r.since AS since, r.attribution AS attribution, d.name AS document, d.published AS published, r.id AS claim
ORDER BY customer, provider, published, claim

// group: places
// title: Tenants and landlords of sites
// Who rents floor space from whom; the computers are the tenant's.
// $landlord (entity: Company = null): only this landlord
// $tenant (entity: Company = null): only this tenant
// $statuses (statuses = done, planned): what the documents may say of it
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> tenant, landlord, status, since
// -> regions: that the claim is limited to, by id
// -> attribution, document, published, summary, claim
MATCH (tenant:Company)-[r:LEASES_SPACE_FROM]->(landlord:Company)
WHERE r.status IN $statuses
  AND ($landlord IS NULL OR landlord.id = $landlord)
  AND ($tenant IS NULL OR tenant.id = $tenant)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH tenant, r, landlord, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN tenant.name AS tenant, landlord.name AS landlord, r.status AS status, r.since AS since,
       coalesce(r.regions, []) AS regions, r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.id AS claim
ORDER BY tenant, landlord, published, claim

// group: access
// title: Ways over a provider to a chip
// example: chip=H100; customer=ByteDance
// Which ways lead from a customer over a provider and its site to a chip, as paths that can be drawn.
// It minds the chips and sites that a rental is limited to, not its regions. graphkit path minds all.
// $chip (entity: Chip): the chip
// $customer (entity: Company = null): only the ways of this company
// $statuses (statuses = done, planned, considered): what the documents may say of every step
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> customer, provider, site, chip
// -> path: the companies, the site and the chip, with the claims between them
// -> rents_claim, runs_claim, holds_claim
MATCH (customer:Company)-[r:LEASES_FROM]->(provider:Company)
WHERE r.status IN $statuses AND ($customer IS NULL OR customer.id = $customer)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH customer, provider, r, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
WITH customer, provider, r AS rents
MATCH (provider)-[r:OPERATES]->(site:Datacenter)
WHERE r.status IN $statuses AND (rents.sites IS NULL OR site.id IN rents.sites)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH customer, provider, rents, site, r, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
WITH customer, provider, rents, site, r AS runs
MATCH (site)-[r:HOSTS]->(chip:Entity:Chip {id: $chip})
WHERE r.status IN $statuses AND (rents.chips IS NULL OR chip.id IN rents.chips)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH customer, provider, rents, site, runs, chip, r, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
MATCH path = (customer)-[l:LEASES_FROM]->(provider)-[o:OPERATES]->(site)-[h:HOSTS]->(chip)
WHERE l.id = rents.id AND o.id = runs.id AND h.id = r.id
RETURN customer.name AS customer, provider.name AS provider, site.name AS site, chip.name AS chip, path,
       rents.id AS rents_claim, runs.id AS runs_claim, r.id AS holds_claim
ORDER BY customer, provider, site, rents_claim, runs_claim, holds_claim

// group: access
// title: Purchases and their sellers
// example: seller=Supermicro
// Who buys chips, or servers that hold them, from whom, and how many.
// Claims of one event tell the same deal: their quantities and values are never to be added up.
// $buyer (entity: Company = null): only what this company buys
// $seller (entity: Company = null): only what is bought from this company
// $statuses (statuses = done, planned, considered, alleged): what the documents may say of it
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> buyer, seller, status
// -> chips: models the claim is limited to
// -> quantity, unit, value, currency, event
// -> delivery: ordered, delivered, seized or withdrawn, where a document says so
// -> attribution, document, published, claim
MATCH (buyer:Company)-[r:BUYS_FROM]->(seller:Company)
WHERE r.status IN $statuses
  AND ($buyer IS NULL OR buyer.id = $buyer)
  AND ($seller IS NULL OR seller.id = $seller)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH buyer, seller, r, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
OPTIONAL MATCH (chip:Chip)
WHERE chip.id IN r.chips
WITH buyer, seller, r, d, chip.name AS chip ORDER BY chip
WITH buyer, seller, r, d, collect(chip) AS chips
RETURN buyer.name AS buyer, seller.name AS seller, r.status AS status, chips, r.quantity AS quantity, r.unit AS unit,
       r.value AS value, r.currency AS currency, r.event AS event, r.delivery AS delivery,
       r.attribution AS attribution, d.name AS document, d.published AS published,
       r.id AS claim
ORDER BY buyer, seller, published, claim

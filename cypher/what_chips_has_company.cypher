// group: access
// title: Chips of a company
// example: company=ByteDance
// Which chips a company is said to use, to buy, to hire, or to have at the sites that it runs.
// It shows claims, each by itself: which of them make up a way to a chip, graphkit path tells.
// $company (entity: Company): the company
// $statuses (statuses = done, planned, considered): what the documents may say of it, of the running of a site too
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> chip
// -> how: the relation that says it
// -> through: the site, or the company that sells or rents out
// -> status, confidence, attribution, document, published, claim
CALL {
  MATCH (:Entity:Company {id: $company})-[r:USES|BUYS]->(chip:Chip)
  RETURN r, chip, null AS through, null AS running
  UNION
  MATCH (:Entity:Company {id: $company})-[o:OPERATES]->(site:Datacenter)-[r:HOSTS]->(chip:Chip)
  WHERE o.status IN ($statuses + ['done']) AND (r.owner IS NULL OR r.owner = $company)
  RETURN r, chip, site.name AS through, o AS running
  UNION
  MATCH (:Entity:Company {id: $company})-[r:BUYS_FROM|LEASES_FROM]->(other:Company)
  MATCH (chip:Chip)
  WHERE chip.id IN r.chips
  RETURN r, chip, other.name AS through, null AS running
}
WITH r, chip, through, coalesce(running, r) AS o
WHERE r.status IN $statuses
UNWIND [[r.document, o.document]] AS sources
MATCH (d:Document {id: sources[0]})
MATCH (e:Document {id: sources[1]})
WITH r, o, chip, through, d, e,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun,
     coalesce(o.since,
       CASE WHEN coalesce(o.observed, e.published) > left(o.until + '-99-99', 10) THEN left(o.until + '-12', 7) END,
       o.observed, e.published, left(o.until + '-12', 7)) AS running
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
  AND ($on IS NULL OR running <= left($on + '-99-99', 10) AND left(coalesce(o.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(e.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND o.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [o.id, startNode(o).id, endNode(o).id] WHERE id IN $without))
RETURN DISTINCT chip.name AS chip, type(r) AS how, through, r.status AS status, r.confidence AS confidence,
       r.attribution AS attribution, d.name AS document, d.published AS published,
       r.id AS claim
ORDER BY chip, how, through, claim

// group: access
// title: Holders of a chip
// example: chip=H100
// Who is said to have a chip or a form of it: in use, bought, at a site of its own, or in hired servers.
// $chip (entity: Chip): the chip; the forms of its family count too
// $statuses (statuses = done): what the documents may say of it
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> company
// -> how: the relation that says it
// -> at: the site, or the company it is bought or hired from
// -> chip, status, confidence, attribution, document, published, claim
MATCH (held:Chip)-[:FORM_OF*0..2]->(:Entity:Chip {id: $chip})
CALL {
  WITH held
  MATCH (owner:Entity)-[r:USES|BUYS]->(held)
  RETURN owner, r, null AS at, null AS running
  UNION
  WITH held
  MATCH (owner:Company)-[o:OPERATES]->(site:Datacenter)-[r:HOSTS]->(held)
  WHERE o.status IN ($statuses + ['done'])
  RETURN owner, r, site.name AS at, o AS running
  UNION
  WITH held
  MATCH (owner:Company)-[r:BUYS_FROM|LEASES_FROM]->(supplier:Company)
  WHERE held.id IN r.chips
  RETURN owner, r, supplier.name AS at, null AS running
}
WITH held, owner, r, at, coalesce(running, r) AS o
WHERE r.status IN $statuses
UNWIND [[r.document, o.document]] AS sources
MATCH (d:Document {id: sources[0]})
MATCH (e:Document {id: sources[1]})
WITH DISTINCT held, owner, r, o, at, d, e,
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
RETURN DISTINCT owner.name AS company, type(r) AS how, at, held.name AS chip, r.status AS status, r.confidence AS confidence,
       r.attribution AS attribution, d.name AS document, d.published AS published, r.id AS claim
ORDER BY company, how, at, chip, claim

// group: places
// title: Deals in transit through a region
// example: region=Malaysia
// Which deals are said to pass through a region on their way.
// $region (entity: Region): the region
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> subject, relation, object, status
// -> transit: the regions passed through, by id
// -> attribution, document, published, summary, claim
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE $region IN r.transit
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH subject, r, object, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN subject.name AS subject, type(r) AS relation, object.name AS object, r.status AS status, r.transit AS transit,
       r.attribution AS attribution, d.name AS document, d.published AS published,
       r.summary AS summary, r.id AS claim
ORDER BY subject, relation, object, claim

// group: evidence
// title: Events told by several documents
// Which events several documents tell of, and how many origins are behind them.
// The origin of a claim is its attribution, else the report that its document cites, else its publisher.
// $entity (entity = null): only events of which this entity is a part
// $least (integer = 2): documents that must tell of it
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> event, documents
// -> origins: how many parties say so
// -> told_by: their names
// -> statuses: what the documents say of it
// -> claim: one of them
MATCH (subject:Entity)-[r]->(object:Entity)
WHERE r.event IS NOT NULL AND ($entity IS NULL OR subject.id = $entity OR object.id = $entity)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH r, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
WITH r, d, CASE
       WHEN r.attribution IS NULL THEN coalesce(d.cites, d.publisher, d.id)
       WHEN d.cites IS NOT NULL AND toLower(r.attribution) CONTAINS toLower(d.cites) THEN d.cites
       ELSE r.attribution
     END AS origin
ORDER BY origin
WITH r.event AS event, count(DISTINCT d.id) AS documents, collect(DISTINCT origin) AS told_by, min(r.id) AS claim,
     collect(DISTINCT r.status) AS found
WHERE documents >= $least
RETURN event, documents, size(told_by) AS origins, told_by,
       [one IN ['done', 'planned', 'considered', 'alleged', 'refused', 'negated'] WHERE one IN found] AS statuses,
       claim
ORDER BY documents DESC, event

// group: access
// title: Refusals
// Who was turned down, by whom, in what.
// $asker (entity = null): only what this company asked for
// $refuser (entity = null): only what this company, chip or site was asked for
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> asker, relation, refuser, since, attribution, document, published, summary, claim
MATCH (asker:Entity)-[r]->(refuser:Entity)
WHERE r.status = 'refused'
  AND ($asker IS NULL OR asker.id = $asker)
  AND ($refuser IS NULL OR refuser.id = $refuser)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH asker, r, refuser, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN asker.name AS asker, type(r) AS relation, refuser.name AS refuser, r.since AS since,
       r.attribution AS attribution, d.name AS document, d.published AS published, r.summary AS summary, r.id AS claim
ORDER BY asker, refuser, relation, published, claim

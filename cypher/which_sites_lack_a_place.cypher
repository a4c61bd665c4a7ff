// group: gaps
// title: Sites without a place
// Which sites are run by somebody or hold chips, and no document says where they stand.
// $operator (entity: Company = null): only sites that this company runs
// $statuses (statuses = done, planned, considered): what the documents may say of the running and holding
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> site
// -> unnamed: whether the site has no name
// -> operators, chips: who runs it, what it holds
// -> claim: one that tells of the site
OPTIONAL MATCH (source:Document)
WHERE $known_by IS NOT NULL AND left(source.published + '-99-99', 10) <= left($known_by + '-99-99', 10)
WITH collect(source.id) AS known
MATCH (site:Datacenter)-[r:OPERATES|HOSTS]-(other:Entity)
WHERE r.status IN $statuses
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH known, site, r, other, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
WITH known, site, r, other ORDER BY other.name
WITH known, site, min(r.id) AS claim,
     collect(DISTINCT CASE WHEN type(r) = 'OPERATES' THEN other.name END) AS operators,
     collect(DISTINCT CASE WHEN type(r) = 'HOSTS' THEN other.name END) AS chips,
     collect(CASE WHEN type(r) = 'OPERATES' THEN other.id END) AS ids
WHERE $operator IS NULL OR $operator IN ids
OPTIONAL MATCH (site)-[l:LOCATED_IN]->(:Region)
WHERE l.status IN ($statuses + ['done']) AND ($known_by IS NULL OR l.document IN known)
  AND (l.since IS NULL OR $on IS NULL OR l.since <= left($on + '-99-99', 10))
  AND (l.until IS NULL OR $on IS NULL OR left(l.until + '-99-99', 10) >= $on)
  AND l.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [l.id, startNode(l).id, endNode(l).id] WHERE id IN $without))
WITH site, claim, operators, chips, count(l) AS places
WHERE places = 0
RETURN site.name AS site, coalesce(site.generic, false) AS unnamed, operators, chips, claim
ORDER BY site

// group: law
// title: Ties of listed parties
// example: party=Huawei
// Which parties on a list have ties to other companies, and of what kind.
// A listing without a start counts from the day on which it was seen, else published.
// $list (entity: Regulation = null): only this list
// $party (entity: Company = null): only this party
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> party, list, relation
// -> direction: out, from the party; in, towards it
// -> other, status, attribution, document, published, claim
MATCH (party:Company)-[listed:LISTED_ON]->(register:Regulation)
WHERE listed.status = 'done'
  AND ($list IS NULL OR register.id = $list)
  AND ($party IS NULL OR party.id = $party)
UNWIND [listed.document] AS source
MATCH (d:Document {id: source})
WITH party, register, listed, d,
     coalesce(listed.since,
       CASE WHEN coalesce(listed.observed, d.published) > left(listed.until + '-99-99', 10) THEN left(listed.until + '-12', 7) END,
       listed.observed, d.published, left(listed.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(listed.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND listed.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [listed.id, startNode(listed).id, endNode(listed).id] WHERE id IN $without))
WITH DISTINCT party, register
MATCH (party)-[r]-(other:Company)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WITH party, register, r, other, d,
     coalesce(r.since,
       CASE WHEN coalesce(r.observed, d.published) > left(r.until + '-99-99', 10) THEN left(r.until + '-12', 7) END,
       r.observed, d.published, left(r.until + '-12', 7)) AS begun
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(r.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND r.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [r.id, startNode(r).id, endNode(r).id] WHERE id IN $without))
RETURN DISTINCT party.name AS party, register.name AS list, type(r) AS relation,
       CASE WHEN startNode(r).id = party.id THEN 'out' ELSE 'in' END AS direction, other.name AS other,
       r.status AS status, r.attribution AS attribution, d.name AS document, d.published AS published, r.id AS claim
ORDER BY party, list, relation, direction, other, claim

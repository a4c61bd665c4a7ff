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
// $without (entities = null): leave out claims about these
// -> party, list, relation
// -> direction: out, from the party; in, towards it
// -> other, status, attribution, document, published, claim
MATCH (party:Company)-[listed:LISTED_ON]->(register:Regulation)
WHERE listed.status = 'done' AND listed.confidence IN $confidences
  AND ($list IS NULL OR register.id = $list)
  AND ($party IS NULL OR party.id = $party)
  AND ($without IS NULL OR NOT (party.id IN $without OR register.id IN $without))
  AND (listed.until IS NULL OR $on IS NULL OR left(listed.until + '-99-99', 10) >= $on)
UNWIND [listed.document] AS source
MATCH (told:Document {id: source})
WHERE ($known_by IS NULL OR left(told.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND ($on IS NULL OR coalesce(listed.since, listed.observed, told.published) <= left($on + '-99-99', 10))
WITH DISTINCT party, register
MATCH (party)-[r]-(other:Company)
WHERE (r.since IS NULL OR $on IS NULL OR r.since <= left($on + '-99-99', 10))
  AND (r.until IS NULL OR $on IS NULL OR left(r.until + '-99-99', 10) >= $on)
  AND r.confidence IN $confidences AND ($without IS NULL OR NOT other.id IN $without)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
WHERE $known_by IS NULL OR left(d.published + '-99-99', 10) <= left($known_by + '-99-99', 10)
RETURN DISTINCT party.name AS party, register.name AS list, type(r) AS relation,
       CASE WHEN startNode(r).id = party.id THEN 'out' ELSE 'in' END AS direction, other.name AS other,
       r.status AS status, r.attribution AS attribution, d.name AS document, d.published AS published, r.id AS claim
ORDER BY party, list, relation, direction, other, claim

// Which parties on a list have ties to other companies, and of what kind.
// $list (entity: Regulation = null): only this list
// $party (entity: Company = null): only this party
// -> party, list, relation
// -> direction: out, from the party; in, towards it
// -> other, status, attribution, document, published, claim
MATCH (party:Company)-[listed:LISTED_ON]->(register:Regulation)
WHERE listed.status = 'done'
  AND ($list IS NULL OR register.id = $list)
  AND ($party IS NULL OR party.id = $party)
WITH DISTINCT party, register
MATCH (party)-[r]-(other:Company)
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN DISTINCT party.name AS party, register.name AS list, type(r) AS relation,
       CASE WHEN startNode(r).id = party.id THEN 'out' ELSE 'in' END AS direction, other.name AS other,
       r.status AS status, r.attribution AS attribution, d.name AS document, d.published AS published, r.id AS claim
ORDER BY party, list, relation, direction, other, claim

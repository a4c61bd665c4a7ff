// The chain of ownership of a company: its owners upwards, its subsidiaries downwards, at 50 % or more.
// $company (entity): the company
// -> level: steps from the company; negative upwards
// -> owner, owned
// -> share: per cent, where a document gives it
// -> status, document, published, claim
MATCH (middle:Entity:Company {id: $company})
CALL {
  WITH middle
  MATCH p = (top:Company)-[:OWNS*1..6]->(middle)
  WITH relationships(p)[0] AS r, -length(p) AS level
  RETURN DISTINCT r, level
  UNION
  WITH middle
  MATCH p = (middle)-[:OWNS*1..6]->(bottom:Entity)
  WITH last(relationships(p)) AS r, length(p) AS level
  RETURN DISTINCT r, level
}
WITH startNode(r) AS owner, endNode(r) AS owned, r, level
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN level, owner.name AS owner, owned.name AS owned, r.share AS share, r.status AS status, d.name AS document,
       d.published AS published, r.id AS claim
ORDER BY level, owner, owned, claim

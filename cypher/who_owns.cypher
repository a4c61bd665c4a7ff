// The chain of ownership of a company or a product: its owners upwards, its subsidiaries downwards, at 50 % or more.
// The chain ends at a claim of another status than those asked for; what has ended is done and has an until.
// $company (entity: Company or Product): the company, or a product, whose owners are asked for
// $statuses (statuses = done): what the documents may say of every step of the chain
// -> level: steps from the company; negative upwards
// -> owner, owned
// -> share: per cent, where a document gives it
// -> status, since, until, document, published, claim
MATCH (middle:Entity {id: $company})
CALL {
  WITH middle
  MATCH p = (top:Company)-[:OWNS*1..6]->(middle)
  WHERE all(step IN relationships(p) WHERE step.status IN $statuses)
  WITH relationships(p)[0] AS r, -length(p) AS level
  RETURN DISTINCT r, level
  UNION
  WITH middle
  MATCH p = (middle)-[:OWNS*1..6]->(bottom:Entity)
  WHERE all(step IN relationships(p) WHERE step.status IN $statuses)
  WITH last(relationships(p)) AS r, length(p) AS level
  RETURN DISTINCT r, level
}
WITH startNode(r) AS owner, endNode(r) AS owned, r, level
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN level, owner.name AS owner, owned.name AS owned, r.share AS share, r.status AS status, r.since AS since,
       r.until AS until, d.name AS document, d.published AS published, r.id AS claim
ORDER BY level, owner, owned, claim

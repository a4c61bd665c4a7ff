// group: owners
// title: Owners and subsidiaries
// example: company=TikTok
// The chain of ownership of a company or a product: its owners upwards, its subsidiaries downwards, at 50 % or more.
// The chain ends at a claim of another status than those asked for; what has ended is done and has an until.
// $company (entity: Company or Product): the company, or a product, whose owners are asked for
// $statuses (statuses = done): what the documents may say of every step of the chain
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> level: steps from the company; negative upwards
// -> owner, owned
// -> share: per cent, where a document gives it
// -> status, since, until, document, published, claim
OPTIONAL MATCH (source:Document)
WHERE $known_by IS NOT NULL AND left(source.published + '-99-99', 10) <= left($known_by + '-99-99', 10)
WITH collect(source.id) AS known
MATCH (middle:Entity {id: $company})
CALL {
  WITH middle, known
  MATCH p = (top:Company)-[:OWNS*1..6]->(middle)
  WHERE all(step IN relationships(p) WHERE step.status IN $statuses
    AND (step.since IS NULL OR $on IS NULL OR step.since <= left($on + '-99-99', 10))
    AND (step.until IS NULL OR $on IS NULL OR left(step.until + '-99-99', 10) >= $on)
    AND ($known_by IS NULL OR step.document IN known) AND step.confidence IN $confidences
    AND ($without IS NULL OR NOT any(id IN [step.id, startNode(step).id, endNode(step).id] WHERE id IN $without)))
  WITH relationships(p)[0] AS r, -length(p) AS level
  RETURN DISTINCT r, level
  UNION
  WITH middle, known
  MATCH p = (middle)-[:OWNS*1..6]->(bottom:Entity)
  WHERE all(step IN relationships(p) WHERE step.status IN $statuses
    AND (step.since IS NULL OR $on IS NULL OR step.since <= left($on + '-99-99', 10))
    AND (step.until IS NULL OR $on IS NULL OR left(step.until + '-99-99', 10) >= $on)
    AND ($known_by IS NULL OR step.document IN known) AND step.confidence IN $confidences
    AND ($without IS NULL OR NOT any(id IN [step.id, startNode(step).id, endNode(step).id] WHERE id IN $without)))
  WITH last(relationships(p)) AS r, length(p) AS level
  RETURN DISTINCT r, level
}
WITH startNode(r) AS owner, endNode(r) AS owned, r, level
UNWIND [r.document] AS source
MATCH (d:Document {id: source})
RETURN level, owner.name AS owner, owned.name AS owned, r.share AS share, r.status AS status, r.since AS since,
       r.until AS until, d.name AS document, d.published AS published, r.id AS claim
ORDER BY level, owner, owned, claim

// group: evidence
// title: Claims that contradict
// example: entity=ByteDance
// Where one claim says that it is so and another that it is not, or somebody denies it.
// A denial without a scope denies all; one with a scope denies what shares a chip, a site, a region with it.
// $entity (entity = null): only where this entity is at either end
// -> subject, relation, object
// -> says, says_source, says_claim: what is asserted, by whom
// -> denied_by, denial: who says that it is not so, and that claim
MATCH (subject:Entity)-[yes]->(object:Entity)
WHERE yes.status IN ['done', 'planned', 'considered', 'alleged']
  AND ($entity IS NULL OR subject.id = $entity OR object.id = $entity)
MATCH (subject)-[no]->(object)
WHERE no.status = 'negated' AND type(no) = type(yes)
  AND (no.chips IS NULL OR any(one IN coalesce(yes.chips, []) WHERE one IN no.chips))
  AND (no.sites IS NULL OR any(one IN coalesce(yes.sites, []) WHERE one IN no.sites))
  AND (no.regions IS NULL OR any(one IN coalesce(yes.regions, []) WHERE one IN no.regions))
UNWIND [[yes.document, no.document]] AS sources
MATCH (asserting:Document {id: sources[0]})
MATCH (denying:Document {id: sources[1]})
RETURN subject.name AS subject, type(yes) AS relation, object.name AS object, yes.status AS says,
       coalesce(yes.attribution, asserting.publisher, asserting.name) AS says_source, yes.id AS says_claim,
       coalesce(no.attribution, denying.publisher, denying.name) AS denied_by, no.id AS denial
ORDER BY subject, relation, object, says_claim, denial

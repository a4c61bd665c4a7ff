// group: evidence
// title: Claims that contradict
// example: entity=ByteDance
// Where one claim says that it is so and another that it is not, or somebody denies it.
// A denial without a scope denies all; one with a scope denies what shares a chip, a site, a region with it.
// $entity (entity = null): only where this entity is at either end
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
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
WITH subject, yes, no, object, asserting, denying,
     coalesce(yes.since,
       CASE WHEN coalesce(yes.observed, asserting.published) > left(yes.until + '-99-99', 10) THEN left(yes.until + '-12', 7) END,
       yes.observed, asserting.published, left(yes.until + '-12', 7)) AS begun,
     coalesce(no.since,
       CASE WHEN coalesce(no.observed, denying.published) > left(no.until + '-99-99', 10) THEN left(no.until + '-12', 7) END,
       no.observed, denying.published, left(no.until + '-12', 7)) AS denied
WHERE ($on IS NULL OR begun <= left($on + '-99-99', 10) AND left(coalesce(yes.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(asserting.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND yes.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [yes.id, startNode(yes).id, endNode(yes).id] WHERE id IN $without))
  AND ($on IS NULL OR denied <= left($on + '-99-99', 10) AND left(coalesce(no.until, '9999') + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR left(denying.published + '-99-99', 10) <= left($known_by + '-99-99', 10))
  AND no.confidence IN $confidences
  AND ($without IS NULL OR NOT any(id IN [no.id, startNode(no).id, endNode(no).id] WHERE id IN $without))
RETURN subject.name AS subject, type(yes) AS relation, object.name AS object, yes.status AS says,
       coalesce(yes.attribution, asserting.publisher, asserting.name) AS says_source, yes.id AS says_claim,
       coalesce(no.attribution, denying.publisher, denying.name) AS denied_by, no.id AS denial
ORDER BY subject, relation, object, says_claim, denial

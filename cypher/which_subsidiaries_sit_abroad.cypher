// group: owners
// title: Subsidiaries with another seat
// Which companies have their seat in another place than their direct owner has.
// A rule that reaches who has its headquarters, or its parent, in a country reaches such a company as well.
// $owner (entity: Company = null): only what this company owns
// $country (entity: Region = null): only owners with their seat there
// $on (date = null): leave out what surely had not begun by this date, or had ended before it
// $known_by (date = null): leave out what was published after this; a document without a date never counts
// $confidences (list = confirmed, likely, possible, doubtful): how sure a claim must be
// $without (entities = null): leave out claims about these, and claims with these ids
// -> owner, owner_seat, owned, owned_seat
// -> claim: of the owning
// -> owner_claim, owned_claim: of the seats
OPTIONAL MATCH (source:Document)
WHERE $known_by IS NOT NULL AND left(source.published + '-99-99', 10) <= left($known_by + '-99-99', 10)
WITH collect(source.id) AS known
MATCH (home:Region)<-[a:HEADQUARTERED_IN]-(owner:Company)-[o:OWNS]->(owned:Company)
MATCH (owned)-[b:HEADQUARTERED_IN]->(abroad:Region)
WHERE home.id <> abroad.id AND a.status = 'done' AND o.status = 'done' AND b.status = 'done'
  AND ($owner IS NULL OR owner.id = $owner)
  AND ($country IS NULL OR home.id = $country)
WITH DISTINCT known, home, a, owner, o, owned, b, abroad
WHERE all(r IN [a, o, b] WHERE (r.since IS NULL OR $on IS NULL OR r.since <= left($on + '-99-99', 10))
  AND (r.until IS NULL OR $on IS NULL OR left(r.until + '-99-99', 10) >= $on)
  AND ($known_by IS NULL OR r.document IN known) AND r.confidence IN $confidences)
  AND ($without IS NULL OR NOT any(one IN [home, a, owner, o, owned, b, abroad] WHERE one.id IN $without))
RETURN owner.name AS owner, home.name AS owner_seat, owned.name AS owned, abroad.name AS owned_seat, o.id AS claim,
       a.id AS owner_claim, b.id AS owned_claim
ORDER BY owner, owned, owner_seat, owned_seat, claim, owner_claim, owned_claim

// group: gaps
// title: Names that differ by one letter
// example: kind=Chip
// Which entities of one kind have names that differ in one letter or number, or only in spaces, hyphens and case.
// A pair may be two things (H100 and H200) or one thing written twice: look before anything is taken as the same.
// $kind (text = Company): Company, Chip, Datacenter, Regulation, Agency or Product
// -> name, other
// -> differ_in: letter or spelling
// -> claim, other_claim: one that speaks of each
MATCH (a:Entity)
MATCH (b:Entity)
WHERE a.kind = $kind AND b.kind = $kind AND a.id < b.id AND abs(size(a.name) - size(b.name)) <= 2
WITH a, b, toLower(replace(replace(a.name, ' ', ''), '-', '')) AS one,
     toLower(replace(replace(b.name, ' ', ''), '-', '')) AS two
WHERE size(one) = size(two) AND (left(one, 1) = left(two, 1) OR right(one, 1) = right(two, 1))
WITH a, b, reduce(n = 0, i IN range(0, size(one) - 1) |
       n + CASE WHEN substring(one, i, 1) = substring(two, i, 1) THEN 0 ELSE 1 END) AS letters
WHERE letters <= 1
OPTIONAL MATCH (a)-[r]-(:Entity)
WITH a, b, letters, min(r.id) AS claim
OPTIONAL MATCH (b)-[r]-(:Entity)
WITH a, b, letters, claim, min(r.id) AS other_claim
RETURN a.name AS name, b.name AS other, CASE letters WHEN 0 THEN 'spelling' ELSE 'letter' END AS differ_in,
       claim, other_claim
ORDER BY name, other

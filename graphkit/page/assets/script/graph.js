// The graph of the page: nodes, lines and claims as they came with the file, linked to each other.
import { data, fold, say, word, words } from "./data.js";

export const kinds = new Map(data.kinds.map((kind) => [kind.name, kind]));
export const nodes = new Map(
  data.nodes.map((node) => [node.id, { ...node, layered: [node.x, node.y], lines: [], degree: 0 }]),
);
export const lines = new Map(data.lines.map((line) => [line.id, { status: "done", ...line }]));
export const { claims } = data;

/** The ids of nodes by the ids of entities, the ids of lines by the ids of claims. */
export const byKey = new Map(data.nodes.map((node) => [node.key, node.id]));
export const lineOfClaim = new Map();

for (const line of lines.values()) {
  line.style = line.implied && line.status === "done" ? "implied" : line.status;
  for (const end of new Set([line.from, line.to])) {
    nodes.get(end).lines.push(line);
    nodes.get(end).degree += 1;
  }
  for (const number of line.claims) {
    claims[number].line = line;
    lineOfClaim.set(claims[number].id, line.id);
  }
}

const all = [...lines.values()];
const known = ["done", "planned", "considered", "proposed", "alleged", "refused", "negated"];
const present = new Set(all.map((line) => line.status));

/** The relations of the page by their words, and the statuses of its lines in their order. */
export const relations = [...new Set(all.map((line) => line.relation))].sort((a, b) =>
  word("relation", a).localeCompare(word("relation", b), data.language),
);
export const statuses = [...new Set([...known, ...present])].filter((status) => present.has(status));
if (all.some((line) => line.implied)) statuses.push("implied");

export const nameOf = (id) => nodes.get(id).name;
/** Return the words of a relation, of one subject or of many: "hosts", "host". */
export const phraseRelation = (relation, many) =>
  (many && words.get(`relation.${relation}.many`)) || word("relation", relation);

/** Return steps that are told in names, a text each. */
export const tellSteps = (steps) =>
  steps.map(([from, relation, to, many]) => `${from} ${phraseRelation(relation, many)} ${to}`);

/** Return the words of a relation; of a case with its stage and against whom it is, which need not be the company. */
export function phraseOf(line) {
  const phrase = phraseRelation(line.relation, nodes.get(line.from).many);
  const cases = (line.cases ?? []).map(([stage, whom]) =>
    say("case.against", { stage, whom: whom || say("case.nobody") }),
  );
  return cases.length ? `${phrase} (${cases.join("; ")})` : phrase;
}
export const describeLine = (line) => `${nameOf(line.from)} ${phraseOf(line)} ${nameOf(line.to)}`;
export const documentOf = (claim) => data.documents[claim.document];

/** Return the origins of claims by their folded names: articles that repeat one report are one origin. */
export function originsOf(list) {
  const names = list.map((claim) => claim.origin ?? claim.attribution ?? documentOf(claim).publisher);
  const told = names.map((name, at) => name || documentOf(list[at]).name);
  return new Map(told.map((name) => [fold(name), name]));
}

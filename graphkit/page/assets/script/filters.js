// The filters: which claims, lines and nodes are shown, and which of those are highlighted.
import { data } from "./data.js";
import { claims, lines, nodes } from "./graph.js";
import { currentAnswer, currentPath, nodesOnRow, state } from "./state.js";

/**
 * The claims and the ids of lines that pass the filters (`passing`), and the ids of nodes and lines that are drawn: of
 * those, what the page shows at first and what was asked for.
 */
export const shown = { claims: new Set(), passing: new Set(), lines: new Set(), nodes: new Set() };

/** The claims of the paths that are told: one without dates may have those of its passage. */
let onPaths = new Set();

function isInPeriod(claim) {
  if (!state.day || onPaths.has(claim)) return true;
  if (state.mode === "known") return Boolean(claim.known) && claim.known <= state.day;
  return Boolean(claim.days) && claim.days[0] <= state.day && claim.days[1] >= state.day;
}

/** Say whether a claim passes the filters, but for one group: its own counts stay useful. */
export function passesFilters(claim, exempt) {
  const { line } = claim;
  const hides = (group, ...keys) => group !== exempt && keys.some((key) => state.hidden.has(key));
  return (
    !hides("kinds", nodes.get(line.from).kind, nodes.get(line.to).kind) &&
    !hides("status", line.status, ...(line.implied ? ["implied"] : [])) &&
    !hides("relations", line.relation) &&
    (exempt === "date" || isInPeriod(claim))
  );
}

/** Say whether each step of a path has a claim that passes the filters; the date decides which paths there are. */
export const passesPath = (path) =>
  path.steps.every(
    (step) => !step.claims.length || step.claims.some((number) => passesFilters(claims[number], "date")),
  );

/** Say the same of a way to a chip that no report names, by its status and relations. */
export const passesWay = (way) =>
  !state.hidden.has(way.status) && !way.steps.some(([, relation]) => state.hidden.has(relation));

/** Bring what is shown in line with the state. */
export function applyFilters() {
  const steps = (currentAnswer()?.paths ?? []).flatMap((path) => path.steps);
  onPaths = new Set(steps.flatMap((step) => step.claims.map((number) => claims[number])));
  shown.claims = new Set(claims.filter((claim) => passesFilters(claim)));
  shown.passing = new Set([...shown.claims].map((claim) => claim.line.id));
  const kept = new Set(data.focus);
  // a buyer of a matrix from whom nothing leads is a row of it, and no point of the drawing
  for (const end of [currentAnswer()?.buyer, currentAnswer()?.chip])
    if (end?.node && !(data.matrix && !nodes.get(end.node).degree)) kept.add(end.node);
  for (const id of shown.passing) kept.add(lines.get(id).from).add(lines.get(id).to);
  const asked = findAskedFor();
  const stays = (node) =>
    !state.hidden.has(node.kind) &&
    (kept.has(node.id) || (node.degree === 0 && !data.matrix)) &&
    (!node.more || state.all || asked.has(node.id));
  shown.nodes = new Set([...nodes.values()].filter(stays).map((node) => node.id));
  if (state.node) shown.nodes.add(state.node);
  const isDrawn = (id) => shown.nodes.has(lines.get(id).from) && shown.nodes.has(lines.get(id).to);
  shown.lines = new Set([...shown.passing].filter(isDrawn));
}

/** Return the nodes that are drawn on request: those of the path at hand and of its row, and around opened nodes. */
function findAskedFor() {
  const found = new Set([...(currentPath()?.nodes ?? []), ...nodesOnRow()]);
  for (const id of state.opened) {
    found.add(id);
    for (const line of nodes.get(id).lines) found.add(line.from).add(line.to);
  }
  return found;
}

/** Return the neighbours of a node that are on the page, pass the filters and are not drawn. */
export function listUndrawn(id) {
  const passing = nodes.get(id).lines.filter((line) => shown.passing.has(line.id));
  return [...new Set(passing.flatMap((line) => [line.from, line.to]))].filter((other) => !shown.nodes.has(other));
}

/** Return the nodes and lines that stand out: those of the choice, else of the path; null where all do. */
export function findHighlight() {
  const found = { nodes: new Set(), lines: new Set() };
  const add = (line) => {
    if (!shown.lines.has(line.id)) return;
    found.lines.add(line.id);
    found.nodes.add(line.from).add(line.to);
  };
  if (currentPath() && !state.node) {
    for (const id of currentPath().nodes) found.nodes.add(id);
    for (const step of currentPath().steps) for (const id of step.lines.slice(0, 1)) add(lines.get(id));
  }
  if (state.node) {
    found.nodes.add(state.node);
    for (const line of nodes.get(state.node).lines) add(line);
  }
  if (state.line) add(lines.get(state.line));
  return found.nodes.size ? found : null;
}

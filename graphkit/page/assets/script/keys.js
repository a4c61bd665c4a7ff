// The keyboard: arrows go along the path or to the nearest node, letters and numbers choose views and paths.
import { data, say } from "./data.js";
import { fitView } from "./drawing.js";
import { $ } from "./elements.js";
import { shown } from "./filters.js";
import { spot } from "./geometry.js";
import { lines, nodes } from "./graph.js";
import { openHelp } from "./help.js";
import { go } from "./navigation.js";
import { box, scene } from "./scene.js";
import { currentAnswer, currentPath, nodesOnRow, state } from "./state.js";

/** Where one came from along relations. */
const trail = [];

const ARROWS = new Map([
  ["ArrowRight", [1, 0]],
  ["ArrowLeft", [-1, 0]],
  ["ArrowDown", [0, 1]],
  ["ArrowUp", [0, -1]],
]);
const ZOOM = new Map([
  ["+", 1.25],
  ["=", 1.25],
  ["-", 0.8],
]);

function stepBack() {
  if (state.line || state.node) go({ node: null, line: null });
  else if (!currentPath() && currentAnswer()?.paths.length && state.row !== null) go({ path: state.row });
  if (state.view === "graph") box.focus();
}

/** Return the node to begin with: the first of the path, else of the focus, else the best connected. */
function findFirst() {
  const ranked = [...shown.nodes].sort((a, b) => nodes.get(b).degree - nodes.get(a).degree || (a < b ? -1 : 1));
  return nodesOnRow().find((id) => shown.nodes.has(id)) ?? data.focus[0] ?? ranked[0];
}

/** Return the nearest node in a direction, what is aside counting double. */
function findNext(from, [right, down]) {
  const at = spot.get(from);
  let best = null;
  let least = Number.POSITIVE_INFINITY;
  for (const id of shown.nodes) {
    if (id === from) continue;
    const to = spot.get(id);
    const forward = (to.x - at.x) * right + (to.y - at.y) * down;
    const aside = Math.abs((to.x - at.x) * down) + Math.abs((to.y - at.y) * right);
    if (forward > 4 && forward + 2.2 * aside < least) [best, least] = [id, forward + 2.2 * aside];
  }
  return best;
}

function moveAlong(direction) {
  const onPath = state.node && direction[0] ? (currentPath()?.nodes ?? []) : [];
  const next = onPath.includes(state.node) ? onPath[onPath.indexOf(state.node) + direction[0]] : null;
  const found = shown.nodes.has(next) ? next : state.node ? findNext(state.node, direction) : findFirst();
  if (found) go({ node: found, line: null });
}

function moveView([right, down]) {
  const at = scene.network.getViewPosition();
  const by = 120 / scene.network.getScale();
  scene.network.moveTo({ position: { x: at.x + right * by, y: at.y + down * by } });
}

function pressOnGraph(event) {
  const direction = ARROWS.get(event.key);
  if (event.ctrlKey || event.metaKey || event.altKey || !(direction || event.key === "Enter")) return;
  event.preventDefault();
  if (direction) return event.shiftKey ? moveView(direction) : moveAlong(direction);
  return goAlong();
}

/** Go along a relation: from an entity to the next step of its path, else to what it relates to; from there on. */
function goAlong() {
  if (!state.node && !state.line) return moveAlong([1, 0]);
  trail.push({ node: state.node, line: state.line });
  if (state.line) return go({ node: lines.get(state.line).to, line: null });
  const step = (currentPath()?.steps ?? []).find((one) => one.from === state.node && one.lines.length);
  const out = nodes.get(state.node).lines.find((line) => line.from === state.node && shown.passing.has(line.id));
  const line = step?.lines[0] ?? out?.id;
  if (line) return go({ line, node: null, under: [] });
  trail.pop();
  $("live").textContent = say("keys.end", { name: nodes.get(state.node).name });
  return null;
}

/** Go back to where one came from along relations. */
function goBack() {
  const before = trail.pop();
  if (before) return go({ ...before, under: [] });
  return stepBack();
}

/** Open the evidence of the step before or after the one that is open. */
function moveStep(by) {
  const steps = currentPath()?.steps ?? [];
  const open = steps.findIndex((step) => step.lines.includes(state.line));
  const at = open < 0 ? (by > 0 ? 0 : steps.length - 1) : open + by;
  const line = steps[at]?.lines[0];
  if (line) go({ line, node: null, under: [] });
}

function goToSearch() {
  $("search").focus();
  $("search").select();
}

/** Return what a key does, null where it does nothing. */
function findAction(key) {
  if (key === "/") return goToSearch;
  if (key === "?") return openHelp;
  if (key === "Escape") return stepBack;
  if (key === "Backspace") return goBack;
  if (key === "[") return () => moveStep(-1);
  if (key === "]") return () => moveStep(1);
  if (key === "t") return () => go({ view: state.view === "table" ? "graph" : "table" });
  if (/^[1-9]$/.test(key) && currentAnswer()?.paths[key - 1]) return () => go({ path: key - 1, row: null });
  if (state.view !== "graph") return null;
  if (ZOOM.has(key)) return () => scene.network.moveTo({ scale: scene.network.getScale() * ZOOM.get(key) });
  return key === "0" ? () => fitView() : null;
}

/** Let the keyboard act on the page. */
export function buildKeys() {
  box.addEventListener("keydown", pressOnGraph);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
    const typing = "input:not([type=checkbox]):not([type=radio]):not([type=range]),textarea";
    const action = event.target.closest(typing) ? null : findAction(event.key);
    if (!action) return;
    if (event.key === "/") event.preventDefault();
    action();
  });
}

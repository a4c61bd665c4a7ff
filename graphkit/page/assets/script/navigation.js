// The one way to change what the page shows: `go` takes the change, every part that added itself follows.
import { drawGraph, resetView, revealNode } from "./drawing.js";
import { $ } from "./elements.js";
import { applyFilters } from "./filters.js";
import { placeNodes } from "./geometry.js";
import { rememberState } from "./links.js";
import { readInk } from "./looks.js";
import { currentPath, nodesOnRow, state } from "./state.js";

const parts = [];
let placed = "";

/** Add a part of the page: `update` brings it in line with the state, after the drawing. */
export function addPart(update) {
  parts.push(update);
}

/** Bring the whole page in line with the state; return whether nodes were placed anew. */
export function render() {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.theme = state.theme || system;
  readInk();
  applyFilters();
  const layout = [state.layout, state.answer, state.path ?? state.row, nodesOnRow()].join();
  const again = placed !== layout;
  if (again) {
    placeNodes();
    placed = layout;
  }
  for (const view of ["graph", "table", "map", "matrix"]) $(view).hidden = state.view !== view;
  drawGraph();
  for (const update of parts) update();
  return again;
}

/** Return what is said of the choice aloud: its name, of a relation its status and who is behind it. */
function announce() {
  const heading = $("panel").querySelector("h2").textContent;
  const said = (selector) => $("panel").querySelector(selector)?.textContent ?? "";
  return [heading, state.line || currentPath() ? said(".badges") : "", said(".counted")].filter(Boolean).join("; ");
}

/** Change what is filtered, and show it. */
export function filterBy(change) {
  const path = currentPath()?.key;
  change();
  state.page = 0;
  if (render() && currentPath()?.key !== path && state.view === "graph") resetView();
  rememberState();
}

/** Change the state, show it, and keep it in the address. */
export function go(change) {
  const old = { ...state };
  if (change.path !== undefined && change.path !== null) Object.assign(state, { node: null, line: null });
  Object.assign(state, { whole: false }, change);
  if (change.path !== undefined) state.wanted = currentPath()?.key ?? null;
  const again = render();
  if (again && state.view === "graph") resetView();
  if (state.node && state.node !== old.node && state.view === "graph") revealNode(state.node);
  if (["node", "line", "path", "answer", "whole"].some((key) => old[key] !== state[key])) {
    $("panel").scrollTop = 0;
    $("live").textContent = announce();
  }
  rememberState();
}

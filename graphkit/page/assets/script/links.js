// The link into the page: the state as the part of the address after #, written and read.
import { data } from "./data.js";
import { calendars, chooseMode, isDay } from "./dates.js";
import { byKey, claims, kinds, lineOfClaim, lines, nodes, relations, statuses } from "./graph.js";
import { currentAnswer, currentPath, LAYOUT, state } from "./state.js";

/** Return the state as a link. */
export function writeHash() {
  const parts = new URLSearchParams();
  if (data.matrix && state.row !== null) parts.set("pair", `${currentAnswer().buyer.id}~${currentAnswer().chip.id}`);
  if (currentAnswer()?.paths.length && (!data.matrix || state.row !== null))
    parts.set("path", state.path === null ? "none" : String(state.path + 1));
  if (state.ways) parts.set("ways", state.ways);
  if (state.sort) parts.set("sort", state.sort);
  if (state.node) parts.set("node", nodes.get(state.node).key);
  if (state.line) parts.set("claim", claims[lines.get(state.line).claims[0]].id);
  if (state.whole) parts.set("claims", "all");
  if (state.view !== (data.matrix ? "matrix" : "graph")) parts.set("view", state.view);
  if (state.layout !== LAYOUT) parts.set("layout", state.layout);
  if (state.hidden.size) parts.set("hide", [...state.hidden].sort().join(","));
  if (state.day) parts.set(state.mode, state.day);
  if (state.opened.size) parts.set("open", [...state.opened].map((id) => nodes.get(id).key).join(","));
  if (state.all) parts.set("all", "yes");
  if (state.page) parts.set("page", String(state.page + 1));
  if (state.theme) parts.set("theme", state.theme);
  return `#${parts.toString()}`;
}

const VIEWS = ["graph", "table", ...(data.map ? ["map"] : []), ...(data.matrix ? ["matrix"] : [])];

/** Take the state from the address; what is not there or not known is left at its default. */
export function readHash() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const pick = (key, allowed, other) => (allowed.includes(parts.get(key)) ? parts.get(key) : other);
  state.answer = 0;
  state.row = null;
  state.mode = chooseMode(parts.has("known") ? "known" : "on");
  state.day = calendars.get(state.mode) && isDay(parts.get(state.mode)) ? parts.get(state.mode) : null;
  if (parts.has("pair")) {
    const at = data.answers.findIndex((one) => `${one.buyer.id}~${one.chip.id}` === parts.get("pair"));
    if (at >= 0) [state.answer, state.row] = [at, 0];
  }
  const most = currentAnswer() ? currentAnswer().paths.length : 0;
  const asked = Number.parseInt(parts.get("path"), 10);
  const open = most && (!data.matrix || state.row !== null);
  state.path = !open || parts.get("path") === "none" ? null : asked >= 1 && asked <= most ? asked - 1 : 0;
  const ways = parts.get("ways") ?? "";
  state.ways = Object.hasOwn(data.matrix?.rows ?? {}, ways.split("~")[0]) ? ways : null;
  state.sort = data.matrix ? parts.get("sort") : null;
  state.wanted = currentPath()?.key ?? state.wanted;
  state.node = byKey.get(parts.get("node")) ?? null;
  state.line = lineOfClaim.get(parts.get("claim")) ?? null;
  state.whole = parts.get("claims") === "all";
  state.under = [];
  state.view = pick("view", VIEWS, data.matrix ? "matrix" : "graph");
  state.layout = pick("layout", ["layered", "force"], LAYOUT);
  const known = new Set([...kinds.keys(), ...statuses, ...relations]);
  state.hidden = new Set((parts.get("hide") || "").split(",").filter((key) => known.has(key)));
  const opened = (parts.get("open") || "").split(",").map((key) => byKey.get(key));
  state.opened = new Set(opened.filter((id) => id !== undefined));
  state.all = parts.get("all") === "yes";
  state.page = Math.max(0, (Number.parseInt(parts.get("page"), 10) || 1) - 1);
  state.theme = pick("theme", ["light", "dark"], null);
}

/** Keep the state in the address. */
export function rememberState() {
  try {
    history.replaceState(null, "", writeHash());
  } catch {
    // a frame without a history
  }
}

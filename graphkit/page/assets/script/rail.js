// The rail on the left: filters with their counts, which are the legend as well, and the date.
import { buildCalendar, updateCalendar } from "./calendar.js";
import { countOf, data, say, word, words } from "./data.js";
import { $, button, el, foreignText, svg } from "./elements.js";
import { passesFilters, shown } from "./filters.js";
import { claims, kinds, lines, nodes, relations, statuses } from "./graph.js";
import { colourOf, isCrossed, lineDashes, outlineShape } from "./looks.js";
import { filterBy } from "./navigation.js";
import { moveTo, state } from "./state.js";

const counters = new Map();

function buildLegendMark(group, key) {
  if (group === "kinds") {
    return svg(
      "svg",
      { class: "mark", viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" },
      svg("path", { d: outlineShape(kinds.get(key).shape, 10, 10, 7), class: "kind", "data-kind": key }),
    );
  }
  if (group === "relations") return null;
  const dashes = lineDashes(key);
  return svg(
    "svg",
    { class: "mark", viewBox: "0 0 34 12", width: 34, height: 12, "aria-hidden": "true" },
    svg("line", {
      x1: 1,
      y1: 6,
      x2: 33,
      y2: 6,
      class: "stroke",
      "stroke-dasharray": dashes ? dashes.map((dash) => dash * 0.8).join(" ") : null,
      "stroke-linecap": key === "alleged" ? "round" : null,
    }),
    isCrossed(key) ? svg("path", { d: "M13 2L21 10M21 2L13 10", class: "stroke" }) : null,
  );
}

/** Hide all others of a group, or show them again where they are hidden already. */
function showOnly(key, keys) {
  const others = keys.filter((other) => other !== key);
  const alone = others.every((other) => state.hidden.has(other)) && !state.hidden.has(key);
  for (const other of others) state.hidden[alone ? "delete" : "add"](other);
  state.hidden.delete(key);
}

function buildFilterGroup(group, keys, label, about) {
  const rows = keys.map((key) => {
    const counter = el("span", { class: "number" });
    counters.set(group + key, counter);
    const tick = el("input", {
      type: "checkbox",
      "data-filter": key,
      checked: true,
      change: () => filterBy(() => state.hidden[tick.checked ? "delete" : "add"](key)),
    });
    return el(
      "div",
      { class: "row", title: about ? about(key) : null },
      el("label", {}, tick, buildLegendMark(group, key), foreignText("span", label(key), { class: "name" }), counter),
      button(say("filters.only"), () => filterBy(() => showOnly(key, keys)), {
        class: "only",
        "aria-label": say("filters.only.label", { name: label(key) }),
      }),
    );
  });
  return el("fieldset", { "data-group": group }, el("legend", {}, say(`filters.${group}`)), ...rows);
}

/** Build the rail: filters of kinds, statuses, dates and relations, which are the legend as well. */
export function buildRail() {
  const known = (key) => words.get(key) || null;
  const parts = [
    buildFilterGroup(
      "kinds",
      [...kinds.keys()],
      (key) => word("kind", key),
      (key) => known(`kind.${key}.about`),
    ),
    buildFilterGroup(
      "status",
      statuses,
      (key) => word("status", key),
      (key) => known(`status.${key}.about`),
    ),
  ];
  parts.push(...buildCalendar());
  parts.push(buildFilterGroup("relations", relations, (key) => word("relation", key)));
  const reset = button(
    say("filters.reset"),
    () =>
      filterBy(() => {
        state.hidden.clear();
        moveTo({ day: null });
      }),
    { class: "text", id: "reset" },
  );
  $("rail").append(
    button(
      say("filters.show"),
      () => {
        const open = $("rail").classList.toggle("open");
        $("rail-toggle").setAttribute("aria-expanded", String(open));
      },
      { id: "rail-toggle", "aria-expanded": "false", "aria-controls": "filters" },
    ),
    el("div", { id: "filters" }, ...parts, reset),
  );
}

/** Bring counts, ticks and colours of the rail in line with the state. */
export function updateRail() {
  updateCounts();
  for (const tick of document.querySelectorAll("[data-filter]"))
    tick.checked = !state.hidden.has(tick.dataset.filter);
  for (const mark of document.querySelectorAll("[data-kind]")) mark.setAttribute("fill", colourOf(mark.dataset.kind));
  updateCalendar();
  $("reset").disabled = !state.hidden.size && !state.day;
  const undated = (claim) => !(state.mode === "known" ? claim.known : claim.days);
  const hidden = state.day ? claims.filter(undated).length : 0;
  const count = { nodes: shown.nodes.size, all_nodes: nodes.size, lines: shown.lines.size, all_lines: lines.size };
  $("count").textContent = [
    say("count.shown", count),
    data.left_out ? countOf("left_out", data.left_out) : "",
    data.claims_left_out ? countOf("claims_left_out", data.claims_left_out) : "",
    hidden ? say("count.undated", { n: hidden }) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Count what each filter would show, were it the only one. */
function updateCounts() {
  const count = new Map();
  const bump = (key, by) => count.set(key, (count.get(key) || 0) + by);
  for (const claim of claims) {
    if (passesFilters(claim, "status")) {
      bump(`status${claim.line.status}`, 1);
      if (claim.line.implied) bump("statusimplied", 1);
    }
    if (passesFilters(claim, "relations")) bump(`relations${claim.line.relation}`, 1);
  }
  const ends = new Set(
    claims.filter((claim) => passesFilters(claim, "kinds")).flatMap((claim) => [claim.line.from, claim.line.to]),
  );
  for (const node of nodes.values()) if (ends.has(node.id) || !node.degree) bump(`kinds${node.kind}`, 1);
  for (const [key, counter] of counters) counter.textContent = String(count.get(key) || 0);
}

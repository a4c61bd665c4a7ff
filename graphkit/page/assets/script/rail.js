// The rail on the left: filters with their counts, which are the legend as well, and the date.
import { countOf, data, say, word, words } from "./data.js";
import { months } from "./dates.js";
import { $, button, el, foreignText, svg } from "./elements.js";
import { passesFilters, shown } from "./filters.js";
import { claims, kinds, lines, nodes, relations, statuses } from "./graph.js";
import { colourOf, isCrossed, lineDashes, outlineShape } from "./looks.js";
import { render } from "./navigation.js";
import { state } from "./state.js";

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

function filterBy(change) {
  change();
  state.page = 0;
  render();
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
  if (months.length > 1) parts.push(buildDateField());
  parts.push(buildFilterGroup("relations", relations, (key) => word("relation", key)));
  const reset = button(
    say("filters.reset"),
    () =>
      filterBy(() => {
        state.hidden.clear();
        state.month = null;
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

function buildDateField() {
  const slide = el("input", {
    type: "range",
    id: "date",
    min: 0,
    max: months.length,
    step: 1,
    value: months.length,
    "aria-label": say("date.label"),
    input: () =>
      filterBy(() => {
        state.month = months[Number(slide.value)] || null;
      }),
  });
  const mode = (key) =>
    el(
      "label",
      { class: "mode" },
      el("input", {
        type: "radio",
        name: "mode",
        value: key,
        checked: key === "on",
        change: () =>
          filterBy(() => {
            state.mode = key;
          }),
      }),
      say(`date.by_${key}`),
    );
  return el(
    "fieldset",
    { id: "dates", "data-group": "date" },
    el("legend", {}, say("date.label")),
    el("div", { class: "modes", role: "radiogroup", "aria-label": say("date.mode") }, mode("on"), mode("known")),
    el("output", { id: "date-shown", for: "date" }),
    el("div", { id: "bars" }),
    slide,
    el("div", { class: "ends" }, el("span", {}, months[0]), el("span", {}, months[months.length - 1])),
  );
}

function drawDateBars() {
  const counts = months.map(() => 0);
  for (const claim of claims) {
    const day = state.mode === "known" ? claim.known : claim.days?.[0];
    const at = day ? Math.max(0, months.indexOf(day.slice(0, 7))) : -1;
    if (at >= 0) counts[at] += 1;
  }
  const most = Math.max(1, ...counts);
  const now = state.month ? months.indexOf(state.month) : months.length;
  $("bars").replaceChildren(
    svg(
      "svg",
      { viewBox: `0 0 ${months.length} 24`, preserveAspectRatio: "none", "aria-hidden": "true" },
      ...counts.map((count, at) =>
        count
          ? svg("rect", {
              x: at,
              width: Math.max(0.86, months.length / 90),
              y: 24 - Math.max(2, 24 * Math.sqrt(count / most)),
              height: 24,
              class: at <= now ? "past" : "later",
            })
          : null,
      ),
    ),
  );
}

/** Bring counts, ticks and colours of the rail in line with the state. */
export function updateRail() {
  updateCounts();
  for (const tick of document.querySelectorAll("[data-filter]"))
    tick.checked = !state.hidden.has(tick.dataset.filter);
  for (const mark of document.querySelectorAll("[data-kind]")) mark.setAttribute("fill", colourOf(mark.dataset.kind));
  if ($("date")) updateDate();
  $("reset").disabled = !state.hidden.size && !state.month;
  const undated = (claim) => !(state.mode === "known" ? claim.known : claim.days);
  const hidden = state.month ? claims.filter(undated).length : 0;
  const count = { nodes: shown.nodes.size, all_nodes: nodes.size, lines: shown.lines.size, all_lines: lines.size };
  $("count").textContent = [
    say("count.shown", count),
    data.left_out ? countOf("left_out", data.left_out) : "",
    hidden ? say("count.undated", { n: hidden }) : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

function updateDate() {
  const text = state.month || say("date.any");
  $("date").value = String(state.month ? months.indexOf(state.month) : months.length);
  $("date").setAttribute("aria-valuetext", `${text}, ${countOf("claims", shown.claims.size)}`);
  $("date-shown").textContent = state.month
    ? say("count.dated", { claims: countOf("claims", shown.claims.size), date: state.month })
    : text;
  for (const radio of document.querySelectorAll("input[name=mode]")) radio.checked = radio.value === state.mode;
  drawDateBars();
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

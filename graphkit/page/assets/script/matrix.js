// The table of pairs: a row a buyer, a column a chip; a cell opens its paths below its row.
import { answerOn, coverageOf, describeCoverage } from "./answers.js";
import { buildCompliance, buildNearMisses, listMarks } from "./beside.js";
import { countOf, data, fold, percent, say, word } from "./data.js";
import { $, button, el, foreignText, quietText, svg } from "./elements.js";
import { badges, buildCitation, plainBadge, statusBadge } from "./evidence.js";
import { saveCsv, saveXlsx } from "./files.js";
import { tellSteps } from "./graph.js";
import {
  describeBetween,
  describeMiss,
  listPairs,
  listPaths,
  listWays,
  nameRow,
  readRows,
  writeSheets,
} from "./matrix_rows.js";
import { go } from "./navigation.js";
import { state } from "./state.js";

/** The shape and the letter of each status: nobody needs to see its colour. */
const SIGNS = new Map([
  ["done", ["M8 2a6 6 0 1 0 .01 0Z", "D"]],
  ["planned", ["M8 3a5 5 0 1 0 .01 0Z", "P"]],
  ["considered", ["M8 2L14 8L8 14L2 8Z", "C"]],
  ["alleged", ["M8 2L14.5 13.5L1.5 13.5Z", "A"]],
]);
/** The mark of what the rules say: covered, unclear, not covered by any modelled rule. */
const MARKS = new Map([
  ["covered", "§"],
  ["unclear", "?"],
]);
// marks that weaken what a cell seems to say
const MATTERS = new Set(["model not specified", "place not confirmed", "disputed", "ordered, delivery not told"]);

let filter = "";
const unfolded = new Set();

const buildSign = (status) =>
  svg(
    "svg",
    { class: "sign", "data-status": status, viewBox: "0 0 16 16", width: 13, height: 13, "aria-hidden": "true" },
    svg("path", { d: SIGNS.get(status)?.[0] ?? SIGNS.get("considered")[0] }),
  );

const letterOf = (status) => SIGNS.get(status)?.[1] ?? "·";

const buildMark = (coverage) =>
  coverage ? el("span", { class: "rules", "data-coverage": coverage }, MARKS.get(coverage) ?? "–") : null;

/** Return what a path or way is in short: shape, letter, per cent, mark of the rules. */
const buildBrief = (way, coverage) => [
  buildSign(way.status),
  el("b", {}, letterOf(way.status)),
  ` ${percent(way.confidence ?? 0)}`,
  buildMark(coverage),
];

/** Bring the table of pairs in line with the state. */
export function updateMatrix() {
  if (state.view !== "matrix") return;
  const shown = readRows();
  const rows = shown.rows.filter((row) => !filter || nameRow(row).includes(filter));
  const focus = document.activeElement?.id;
  const top = $("matrix").scrollTop;
  $("matrix").replaceChildren(
    el("h2", { class: "away" }, say("matrix.label")),
    ...buildBar(shown),
    shown.whole.fault ? foreignText("p", shown.whole.fault, { class: "weak lead" }) : buildPairs(shown, rows),
    buildLegend(),
    el("div", { class: "lead said" }, ...buildCompliance(shown.whole.compliance)),
  );
  $("matrix").scrollTop = top;
  if (focus) document.getElementById(focus)?.focus();
}

/** Show the row of a buyer alone, by its name. */
export function showBuyer(name) {
  filter = fold(name);
  updateMatrix();
  $("matrix-filter").focus();
}

function buildBar({ rows }) {
  const cells = rows.flatMap((row) => row.cells);
  const found = cells.filter((cell) => cell.paths.length).length;
  const hidden = cells.filter((cell) => cell.filtered).length;
  const told = [say("matrix.count", { pairs: countOf("pairs", cells.length), found })];
  if (hidden) told.push(say("matrix.filtered", { n: hidden }));
  const field = el("input", {
    type: "search",
    id: "matrix-filter",
    value: filter,
    placeholder: say("matrix.filter"),
    "aria-label": say("matrix.filter"),
    input: () => {
      filter = fold(field.value.trim());
      updateMatrix();
    },
  });
  return [
    el(
      "div",
      { class: "lead bar" },
      el("p", { class: "quiet", id: "matrix-count" }, `${told.join("; ")}. `, el("span", {}, say("matrix.open"))),
      field,
      el(
        "div",
        { class: "group", role: "group", "aria-label": say("tools.save") },
        button(say("tools.csv"), () => saveCsv(listPairs()), { id: "csv" }),
        button(say("tools.xlsx"), () => saveXlsx(writeSheets()), { id: "xlsx" }),
      ),
    ),
  ];
}

function buildPairs({ chips, classes }, rows) {
  const wide = 1 + chips.length + classes.length;
  const heads = [
    buildSorter("buyer", say("matrix.corner"), ""),
    ...chips.map((chip) => buildSorter(chip.id, chip.name, "")),
    ...classes.map((name) => buildSorter(`~${name}`, say("matrix.class", { name }), "class")),
  ];
  const groups = state.sort ? [["", rows]] : groupBySeat(rows);
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...heads)),
    ...groups.map(([seat, members]) => buildGroup(seat, members, classes, wide)),
  );
}

/** Return the heading of a column, which sorts the rows by it: the surest first, then the least sure, then no more. */
function buildSorter(key, text, kind) {
  const now = state.sort === key ? "descending" : state.sort === `-${key}` ? "ascending" : null;
  const next = now === "descending" ? `-${key}` : now === "ascending" ? null : key;
  const attributes = { class: "sorter", id: `sort-${key}`, dir: "auto" };
  return el(
    "th",
    { scope: "col", class: kind, "aria-sort": now },
    button([text, now ? (now === "ascending" ? " ▲" : " ▼") : ""], () => go({ sort: next }), attributes),
    // on each further sheet a browser repeats plain text alone
    foreignText("span", text, { class: "on-paper" }),
  );
}

function groupBySeat(rows) {
  const found = new Map();
  for (const row of rows) {
    const seat = row.buyer.seat || say("matrix.no_seat");
    if (!found.has(seat)) found.set(seat, []);
    found.get(seat).push(row);
  }
  const told = (members) => members.filter((row) => row.told).length;
  return [...found].sort(([a, some], [b, others]) => told(others) - told(some) || a.localeCompare(b, data.language));
}

/** Return the rows of a seat; those that say nothing are folded into one line. */
function buildGroup(seat, members, classes, wide) {
  const told = members.filter((row) => row.told);
  const silent = members.filter((row) => !row.told);
  const open = unfolded.has(seat) || Boolean(filter);
  const fold = silent.length
    ? el(
        "tr",
        { class: "fold" },
        el(
          "td",
          { colspan: wide },
          button(
            say(silent.length === 1 ? "matrix.fold.one" : "matrix.fold.many", { n: silent.length }),
            () => {
              unfolded[open ? "delete" : "add"](seat);
              updateMatrix();
            },
            { class: "text", "aria-expanded": String(open), id: `fold-${seat}` },
          ),
          el("span", { class: "on-paper" }, ": "),
          foreignText("p", silent.map((row) => row.buyer.name).join(", "), {
            class: open ? "quiet" : "quiet on-paper",
          }),
        ),
      )
    : null;
  return el(
    "tbody",
    {},
    seat
      ? el(
          "tr",
          { class: "seat" },
          foreignText("th", `${seat} (${members.length})`, { colspan: wide, scope: "rowgroup" }),
        )
      : null,
    ...told.flatMap((row) => buildRow(row, classes, wide)),
    fold,
  );
}

function buildRow({ buyer, cells, ways }, classes, wide) {
  const chosen = cells.find(
    (cell) => state.row !== null && cell.number === state.answer && cell.number !== undefined,
  );
  const openWays = readWays();
  const detail = chosen ? buildPaths(chosen) : openWays.buyer === buyer.id ? buildWays(buyer, openWays.name) : null;
  return [
    el(
      "tr",
      {},
      foreignText("th", buyer.name, { scope: "row" }),
      ...cells.map((cell) => buildCell(cell, cell === chosen)),
      ...classes.map((name) => buildClassCell(buyer, ways, name)),
    ),
    detail
      ? el("tr", { class: "detail" }, el("td", { colspan: wide }, el("div", { class: "inside" }, ...detail)))
      : null,
  ];
}

function describeCell({ paths, filtered, near }) {
  if (filtered) return say("path.filtered");
  if (!paths.length) return near.length ? near.map(describeMiss).join("; ") : say("matrix.none");
  const [best] = paths;
  const steps = say(best.steps.length === 1 ? "matrix.hops.one" : "matrix.hops.many", { n: best.steps.length });
  const told = [word("status", best.status), `${percent(best.confidence)} %`, steps, word("evidence", best.evidence)];
  return [...told, describeCoverage(best), ...listMarks(best)].filter(Boolean).join(", ");
}

function buildCell(cell, chosen) {
  const { number, buyer, chip, paths, filtered, near } = cell;
  if (!paths.length && !near.length && !filtered) return el("td", { class: "empty" }, el("span", {}, "·"));
  const what = describeCell(cell);
  const short = filtered
    ? quietText(say("matrix.hidden"))
    : paths.length
      ? [
          ...buildBrief(paths[0], coverageOf(paths[0])),
          paths.length > 1 ? quietText(` ×${paths.length}`) : null,
          ...(paths[0].marks ?? [])
            .filter((mark) => MATTERS.has(mark))
            .map((mark) => quietText(` ${word("mark", mark)}`)),
        ]
      : el("span", { class: "near" }, "✕ ", [...new Set(near.map(describeMiss))].join("; "));
  const open = () =>
    go({ answer: number, path: paths.length ? 0 : null, row: chosen ? null : 0, ways: null, node: null, line: null });
  return el(
    "td",
    { class: chosen ? "chosen" : null },
    button(nameCell(short, say("matrix.cell", { buyer: buyer.name, chip: chip.name, what })), open, {
      class: "pair",
      id: `pair-${number}`,
      "aria-expanded": String(Boolean(chosen)),
      title: what,
    }),
  );
}

/** Return who has some chip of a class that no report names: the best way to one, which is no pair. */
function buildClassCell(buyer, ways, name) {
  const way = ways.find((one) => one.chip_class === name);
  if (!way) return el("td", { class: "class empty" }, el("span", {}, "·"));
  const open = state.ways === `${buyer.id}~${name}`;
  const text = say("matrix.cell", {
    buyer: buyer.name,
    chip: say("matrix.class", { name }),
    what: `${word("status", way.status)}, ${percent(way.confidence ?? 0)} %`,
  });
  const press = () =>
    go({ ways: open ? null : `${buyer.id}~${name}`, row: null, path: null, node: null, line: null });
  return el(
    "td",
    { class: open ? "class chosen" : "class" },
    button(nameCell(buildBrief(way, way.coverage), text), press, { class: "pair", "aria-expanded": String(open) }),
  );
}

/** Return what a cell shows, and for those who do not see it what it means. */
const nameCell = (short, text) => [
  el("span", { "aria-hidden": "true" }, ...[short].flat()),
  foreignText("span", text, { class: "away" }),
];

/** Return all paths of a pair, told apart by whom they pass, with what was refused beside them, or what came nearest. */
function buildPaths({ number, buyer, chip, near, filtered }) {
  const paths = listPaths(number);
  const title = foreignText("h3", say("path.named", { from: buyer.name, to: chip.name }));
  const beside = buildNearMisses(near, say(paths.length || filtered ? "answer.refused" : "answer.near"));
  if (!paths.length) return [title, ...beside];
  return [
    title,
    el(
      "ol",
      { class: "choices" },
      ...paths.map((path) =>
        el(
          "li",
          {},
          foreignText("button", describeBetween(path), {
            type: "button",
            class: "text",
            click: () => openPath(number, path),
          }),
          badges(
            statusBadge(path.status),
            plainBadge(word("evidence", path.evidence)),
            plainBadge(say("path.confidence", { n: percent(path.confidence) })),
            path.holding ? plainBadge(say("path.holding")) : null,
            ...listMarks(path).map((mark) => plainBadge(mark)),
          ),
          path.verdict ? foreignText("p", path.verdict, { class: "verdict" }) : null,
        ),
      ),
    ),
    ...beside,
    button(say("matrix.graph"), () => go({ view: "graph", answer: number, path: 0, row: 0 }), { class: "text" }),
  ];
}

/** Show a path in the panel; on a narrow page go there. */
function openPath(number, path) {
  go({ answer: number, row: 0, path: null });
  go({ path: Math.max(0, answerOn(number, state.mode, state.day).paths.indexOf(path)) });
  if (!matchMedia("(min-width: 761px)").matches) $("panel").scrollIntoView();
}

/** Return whose ways to which class of chips are open; without a class those to all. */
function readWays() {
  const [buyer, ...name] = (state.ways ?? "").split("~");
  return { buyer, name: name.join("~") };
}

/** Return the ways of a buyer to some chip of a class that no report names. */
const buildWays = (buyer, name) => [
  foreignText("h3", `${buyer.name}: ${say("unnamed.title")}`),
  ...listWays(buyer.id)
    .filter((way) => !name || way.chip_class === name)
    .map((way) =>
      el(
        "div",
        { class: "unnamed" },
        foreignText("p", way.chip_class),
        badges(
          statusBadge(way.status),
          plainBadge(say("path.confidence", { n: percent(way.confidence ?? 0) })),
          ...listMarks(way).map((mark) => plainBadge(mark)),
        ),
        el("ul", {}, ...tellSteps(way.steps).map((text) => foreignText("li", text))),
        way.verdict ? foreignText("p", way.verdict, { class: "verdict" }) : null,
        el("ul", {}, ...way.said.map((one) => el("li", {}, ...buildCitation(one)))),
      ),
    ),
];

/** Say what the signs of the cells mean. */
function buildLegend() {
  const signs = [...SIGNS].map(([status, [, letter]]) =>
    el("li", {}, buildSign(status), el("b", {}, letter), ` ${word("status", status)}`),
  );
  const marks = [...MARKS, ["not covered by any modelled rule", "–"]].map(([coverage]) =>
    el("li", {}, buildMark(coverage), ` ${say(`finding.${coverage}`)}`),
  );
  return el(
    "ul",
    { class: "lead signs", "aria-label": say("matrix.legend") },
    ...signs,
    ...marks,
    el("li", {}, el("span", { class: "near" }, "✕"), ` ${say("matrix.near")}`),
  );
}

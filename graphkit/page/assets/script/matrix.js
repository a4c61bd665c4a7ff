// The table of pairs: a row a buyer, a column a chip; a cell opens its paths.
import { countOf, data, percent, say, word } from "./data.js";
import { $, button, el, foreignText, quietText } from "./elements.js";
import { statusBadge } from "./evidence.js";
import { go } from "./navigation.js";
import { state } from "./state.js";

// marks that weaken what a cell seems to say
const MATTERS = new Set(["model not specified", "place not confirmed", "disputed"]);

/** Bring the table of pairs in line with the state. */
export function updateMatrix() {
  if (state.view !== "matrix") return;
  const { buyers, chips, cells, classes = [], unnamed = [], compliance = [] } = data.matrix;
  const at = new Map(cells.map((cell) => [`${cell.buyer}\n${cell.chip}`, cell]));
  const found = cells.filter((cell) => cell.hops).length;
  const pairs = countOf("pairs", cells.length);
  const head = [
    ...chips.map((chip) => foreignText("th", chip.name, { scope: "col" })),
    ...classes.map((name) => foreignText("th", say("matrix.class", { name }), { scope: "col", class: "class" })),
  ];
  const rows = buyers.map((buyer) =>
    el(
      "tr",
      {},
      foreignText("th", buyer.name, { scope: "row" }),
      ...chips.map((chip) => buildCell(at.get(`${buyer.id}\n${chip.id}`), buyer, chip)),
      ...classes.map((name) => buildClassCell(unnamed, buyer, name)),
    ),
  );
  $("matrix").replaceChildren(
    el("p", { class: "quiet lead" }, `${say("matrix.count", { pairs, found })}. ${say("matrix.open")}`),
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, say("matrix.corner")), ...head)),
      el("tbody", {}, ...rows),
    ),
    ...buildUnnamedPairs(unnamed),
    ...buildStatements(compliance),
  );
}

function describeCell(cell) {
  if (!cell.hops) return say("matrix.none");
  const hops = say(cell.hops === 1 ? "matrix.hops.one" : "matrix.hops.many", { n: cell.hops });
  return `${hops} · ${percent(cell.confidence)} %`;
}

function buildCell(cell, buyer, chip) {
  if (!cell) return el("td", {});
  const chosen = state.row !== null && state.answer === cell.answer;
  const text = describeCell(cell);
  const marks = cell.marks ?? [];
  const what = [cell.hops ? word("status", cell.status) : null, text, ...marks].filter(Boolean).join(", ");
  return el(
    "td",
    { class: chosen ? "chosen" : null },
    button(
      [
        cell.hops ? statusBadge(cell.status) : null,
        quietText(text),
        cell.hops ? quietText(word("evidence", cell.evidence)) : null,
        ...marks.filter((mark) => MATTERS.has(mark)).map((mark) => quietText(mark)),
      ],
      () => openCell(cell.answer),
      {
        class: "pair",
        "aria-pressed": String(chosen),
        "aria-label": say("matrix.cell", { buyer: buyer.name, chip: chip.name, what }),
      },
    ),
  );
}

/** Return who has some chip of a class that no report names: the best way to one, which is no pair. */
function buildClassCell(unnamed, buyer, name) {
  const one = unnamed.find((way) => way.buyer_id === buyer.id && way.chip_class === name);
  if (!one) return el("td", { class: "class" });
  return el(
    "td",
    { class: "class" },
    one.status ? statusBadge(one.status) : null,
    quietText(`${percent(one.confidence ?? 0)} %`),
  );
}

function openCell(number) {
  go({ answer: number, path: data.answers[number].paths.length ? 0 : null, row: 0, node: null, line: null });
}

/** Return who has some chip of a class that no report names: no pair, and counted as none. */
function buildUnnamedPairs(unnamed) {
  if (!unnamed.length) return [];
  const rows = unnamed.map((one) =>
    el(
      "li",
      {},
      foreignText("span", `${one.buyer} → ${one.chip_class} `),
      one.status ? statusBadge(one.status) : null,
      el(
        "ul",
        {},
        ...one.steps.map(([from, relation, to]) => foreignText("li", `${from} ${word("relation", relation)} ${to}`)),
        one.verdict ? foreignText("li", one.verdict) : null,
        ...one.said.map((text) => foreignText("li", text)),
      ),
    ),
  );
  return [el("h3", { class: "lead" }, say("unnamed.title")), el("ul", { class: "lead unnamed" }, ...rows)];
}

function buildStatements(compliance) {
  if (!compliance.length) return [];
  const rows = compliance.map((text) => foreignText("li", text));
  return [
    el("h3", { class: "lead" }, say("answer.compliance")),
    quietText(say("answer.compliance.about"), "p"),
    el("ul", { class: "lead" }, ...rows),
  ];
}

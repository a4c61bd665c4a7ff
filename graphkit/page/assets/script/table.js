// The table: every claim that is shown, in pages.
import { countOf, data, fold, say, word } from "./data.js";
import { $, button, el, foreignText, quietText, webLink } from "./elements.js";
import { statusBadge, tellWhen } from "./evidence.js";
import { saveCsv } from "./files.js";
import { shown } from "./filters.js";
import { claims, documentOf, nameOf, phraseOf } from "./graph.js";
import { go, render } from "./navigation.js";
import { currentPath, state } from "./state.js";

export const PAGE = 500;

/** The columns, each with what it tells of a claim. */
const COLUMNS = [
  ["from", (claim) => nameOf(claim.line.from)],
  ["relation", (claim) => phraseOf(claim.line)],
  ["to", (claim) => nameOf(claim.line.to)],
  [
    "evidence",
    (claim) =>
      [word("status", claim.line.status), claim.line.implied ? word("status", "implied") : ""]
        .filter(Boolean)
        .join(", "),
  ],
  ["said", (claim) => claim.quote || claim.summary || ""],
  ["source", (claim) => documentOf(claim).name],
  ["date", (claim) => documentOf(claim).published || ""],
  ["held", (claim) => tellWhen(claim) || ""],
];
/** Those with a heading of their own: since when a claim holds stands below the date of its report. */
const HEADS = COLUMNS.filter(([key]) => key !== "held");
// what is sorted by, and what is looked for: they pass with the page and are in no link
const order = { key: null, down: false };
let wantedText = "";

/** Return the heading of a column, which sorts by it. */
function buildHeadCell(key) {
  const now = order.key === key ? (order.down ? "descending" : "ascending") : null;
  const press = () => {
    const [same, next] = [order.key === key, order.key === key && order.down ? null : key];
    Object.assign(order, { key: next, down: same && next !== null });
    state.page = 0;
    updateTable();
    $(`by-${key}`).focus();
  };
  const sign = now ? (order.down ? " ▼" : " ▲") : "";
  return el(
    "th",
    { scope: "col", "aria-sort": now },
    button(say(`table.${key}`) + sign, press, { class: "sorter", id: `by-${key}` }),
    el("span", { class: "on-paper" }, say(`table.${key}`)),
  );
}

/** Return the field that filters the table, and the button that saves it. */
function buildBarOf(count) {
  const field = el("input", {
    type: "search",
    id: "table-filter",
    value: wantedText,
    placeholder: say("table.filter"),
    "aria-label": say("table.filter"),
    input: () => {
      wantedText = field.value;
      state.page = 0;
      updateTable();
      $("table-filter").focus();
      $("table-filter").setSelectionRange(wantedText.length, wantedText.length);
    },
  });
  const save = () =>
    saveCsv([
      COLUMNS.map(([key]) => say(`table.${key}`)),
      ...chooseClaims().map((claim) => COLUMNS.map(([, tell]) => tell(claim))),
    ]);
  return el(
    "div",
    { class: "lead bar" },
    el("p", { class: "quiet" }, countOf("claims", count)),
    field,
    el(
      "div",
      { class: "group", role: "group", "aria-label": say("tools.save") },
      button(say("tools.csv"), save, { id: "table-csv" }),
    ),
  );
}

/** Return the claims that are looked for, in the order that was chosen. */
function chooseClaims() {
  const wanted = fold(wantedText.trim());
  const texts = (claim) => fold(COLUMNS.map(([, tell]) => tell(claim)).join(" "));
  const found = listClaims().filter((claim) => !wanted || texts(claim).includes(wanted));
  const tell = COLUMNS.find(([key]) => key === order.key)?.[1];
  if (!tell) return found;
  return found.sort((a, b) => tell(a).localeCompare(tell(b), data.language) * (order.down ? -1 : 1));
}

/** Return a table of claims, a row each, that opens their evidence. */
export function buildTable(list) {
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...HEADS.map(([key]) => buildHeadCell(key)))),
    el(
      "tbody",
      {},
      ...list.map((claim) => {
        const { line } = claim;
        return el(
          "tr",
          {
            "data-claim": claim.id,
            class: state.line === line.id ? "chosen" : null,
            click: (event) => {
              if (!event.target.closest("a,button")) go({ line: line.id, node: null, under: [] });
            },
          },
          foreignText("td", nameOf(line.from)),
          el(
            "td",
            {},
            button(phraseOf(line), () => go({ line: line.id, node: null, under: [] }), { class: "text" }),
          ),
          foreignText("td", nameOf(line.to)),
          el("td", {}, statusBadge(line.status), line.implied ? statusBadge("implied") : null),
          foreignText("td", claim.quote || claim.summary || "", { class: "said" }),
          el(
            "td",
            {},
            documentOf(claim).url
              ? webLink(documentOf(claim).url, documentOf(claim).name)
              : foreignText("span", documentOf(claim).name),
          ),
          el(
            "td",
            { class: "date" },
            el("span", { class: "whole" }, documentOf(claim).published || ""),
            tellWhen(claim) ? quietText(tellWhen(claim), "p") : null,
          ),
        );
      }),
    ),
  );
}

/** Return the claims that are shown: those of the path first, then by names. */
export const listClaims = () => {
  const onPath = (currentPath()?.steps ?? []).flatMap((step) => step.claims);
  const first = new Map(onPath.map((number, at) => [claims[number], at]));
  const rank = (claim) => first.get(claim) ?? Number.POSITIVE_INFINITY;
  return [...shown.claims].sort(
    (a, b) =>
      (rank(a) === rank(b) ? 0 : rank(a) - rank(b)) ||
      nameOf(a.line.from).localeCompare(nameOf(b.line.from), data.language) ||
      phraseOf(a.line).localeCompare(phraseOf(b.line), data.language) ||
      nameOf(a.line.to).localeCompare(nameOf(b.line.to), data.language),
  );
};

/** Show a page of the claims that pass the filters. */
export function updateTable() {
  if (state.view !== "table") return;
  const all = chooseClaims();
  state.page = Math.min(state.page, Math.max(0, Math.ceil(all.length / PAGE) - 1));
  const from = state.page * PAGE;
  const turn = (by) => () => {
    state.page += by;
    render();
    $("table").scrollTop = 0;
  };
  const pager =
    all.length > PAGE
      ? el(
          "p",
          { class: "pager" },
          button(say("table.previous"), turn(-1), { disabled: state.page === 0 }),
          el(
            "span",
            {},
            say("table.page", { from: from + 1, to: Math.min(from + PAGE, all.length), all: all.length }),
          ),
          button(say("table.next"), turn(1), { disabled: from + PAGE >= all.length }),
        )
      : null;
  $("table").replaceChildren(
    ...[
      buildBarOf(all.length),
      pager,
      all.length ? buildTable(all.slice(from, from + PAGE)) : el("p", { class: "none" }, say("table.none")),
    ].filter(Boolean),
  );
}

// The table: every claim that is shown, in pages.
import { data, say } from "./data.js";
import { $, button, el, foreignText, webLink } from "./elements.js";
import { statusBadge } from "./evidence.js";
import { shown } from "./filters.js";
import { claims, documentOf, nameOf, phraseOf } from "./graph.js";
import { go, render } from "./navigation.js";
import { currentPath, state } from "./state.js";

export const PAGE = 500;

/** Return a table of claims, a row each, that opens their evidence. */
export function buildTable(list) {
  const head = ["from", "relation", "to", "evidence", "said", "source", "date"];
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...head.map((key) => el("th", { scope: "col" }, say(`table.${key}`))))),
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
          el("td", { class: "date" }, claim.since || documentOf(claim).published || ""),
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
  const all = listClaims();
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
      pager,
      all.length ? buildTable(all.slice(from, from + PAGE)) : el("p", { class: "none" }, say("table.none")),
    ].filter(Boolean),
  );
}

// The panel on the right: the evidence of what is chosen, else the path, else an overview.
import { countOf, data, say, word } from "./data.js";
import { $, button, el, foreignText, quietText, webLink } from "./elements.js";
import {
  badges,
  buildBackLink,
  buildClaimCard,
  buildHeading,
  buildLineButton,
  buildNodeButton,
  countEvidence,
  kindMark,
  plainBadge,
  statusBadge,
} from "./evidence.js";
import { listUndrawn, shown } from "./filters.js";
import { claims, describeLine, lines, nameOf, nodes, phraseOf } from "./graph.js";
import { go } from "./navigation.js";
import { buildNegativePanel } from "./negative_panel.js";
import { buildPathPanel } from "./path_panel.js";
import { claimsOf, currentAnswer, currentPath, state } from "./state.js";
import { buildTimeline } from "./timeline.js";

const MOST_DOCUMENTS = 40;
const MOST_NODES = 10;

/** Bring the panel in line with the state. */
export function updatePanel() {
  const [shows, parts] = choosePanel();
  $("panel").replaceChildren(...parts.filter(Boolean));
  $("panel").dataset.shows = shows;
  document.documentElement.dataset.shows = shows;
}

function choosePanel() {
  if (state.line) return ["line", buildLinePanel(lines.get(state.line))];
  if (state.node) return ["node", buildNodePanel(nodes.get(state.node))];
  if (currentPath()) return ["path", buildPathPanel(currentPath())];
  const asked = currentAnswer() && (!data.matrix || state.row !== null);
  if (asked && !currentAnswer().paths.length) return ["overview", buildNegativePanel()];
  return ["overview", buildOverview()];
}

/** Return the claims of a line; on the path at hand exactly those of its step, the others on request. */
function buildLinePanel(line) {
  const all = claimsOf(line).map((number) => claims[number]);
  const seen = all.filter((claim) => shown.claims.has(claim));
  const list = seen.length ? seen : all;
  const others = state.whole ? 0 : line.claims.filter((number) => !claimsOf(line).includes(number)).length;
  const under = state.under.filter((id) => shown.passing.has(id) && id !== line.id).map((id) => lines.get(id));
  return [
    ...buildHeading(
      say("claim.kicker"),
      buildNodeButton(line.from),
      " ",
      el("span", {}, phraseOf(line)),
      " ",
      buildNodeButton(line.to),
    ),
    badges(statusBadge(line.status), line.implied ? statusBadge("implied") : null),
    el("h3", {}, say("claim.evidence")),
    foreignText("p", countEvidence(list), { class: "counted" }),
    ...list.map(buildClaimCard),
    list.length < all.length ? quietText(say("claim.filtered", { n: all.length - list.length }), "p") : null,
    others
      ? button(
          say(others === 1 ? "claim.others.one" : "claim.others.many", { n: others }),
          () => go({ whole: true, line: line.id }),
          { class: "text others" },
        )
      : null,
    under.length ? el("h3", {}, say("claim.under")) : null,
    ...under.map((one) => buildLineButton(one, describeLine(one))),
    buildBackLink(),
  ];
}

/** Return who a node is, by claims of what is done: a row a fact. */
function buildIdentity(node) {
  const facts = node.facts ?? {};
  const rows = ["seat", "incorporated", "parent", "listed", "place"]
    .filter((name) => facts[name]?.length)
    .map((name) => [say(`fact.${name}`), facts[name].join(", ")]);
  if (node.aliases?.length) rows.push([say("node.aliases"), node.aliases.join(", ")]);
  if (rows.length) rows.push([say("fact.as_of"), state.day ?? currentAnswer()?.as_of ?? say("date.any")]);
  return rows.length
    ? el(
        "dl",
        { class: "facts" },
        ...rows.map(([label, value]) => [el("dt", {}, label), el("dd", { dir: "auto" }, value)]),
      )
    : null;
}

function buildNodePanel(node) {
  const visible = node.lines.filter((line) => shown.passing.has(line.id));
  const out = visible.filter((line) => line.from === node.id);
  const into = visible.filter((line) => line.to === node.id);
  const undrawn = listUndrawn(node.id);
  const opened = state.opened.has(node.id);
  return [
    el("p", { class: "kicker" }, kindMark(node.kind), " ", word("kind", node.kind)),
    foreignText("h2", node.name),
    node.generic ? badges(plainBadge(say("node.generic"))) : null,
    buildIdentity(node),
    node.note ? foreignText("p", node.note, { class: "told" }) : null,
    undrawn.length || opened
      ? button(
          opened ? say("node.close") : say("node.open", { n: undrawn.length, names: undrawn.map(nameOf).join(", ") }),
          () => {
            state.opened[opened ? "delete" : "add"](node.id);
            go({ view: "graph" });
          },
          { class: "main expand", id: "expand", "aria-pressed": String(opened), dir: "auto" },
        )
      : null,
    ...buildTies(out, "node.out", (line) => [nameOf(line.to), `${phraseOf(line)} →`]),
    ...buildTies(into, "node.in", (line) => [nameOf(line.from), `← ${phraseOf(line)}`]),
    visible.length ? null : quietText(say(node.degree ? "node.none" : "node.alone"), "p"),
    node.cut ? quietText(say("node.cut", { n: node.cut }), "p") : null,
    ...(currentAnswer()?.chip?.node === node.id ? buildTimeline() : []),
    buildBackLink(),
  ];
}

/** Return the relations of a node, by relation and by name. */
function buildTies(list, title, describe) {
  if (!list.length) return [];
  const compare = (a, b) => a.localeCompare(b, data.language);
  const rows = list.map((line) => [line, ...describe(line)]);
  rows.sort(([, name, phrase], [, other, otherPhrase]) => compare(phrase, otherPhrase) || compare(name, other));
  const buttons = rows.map(([line, name, phrase]) => buildLineButton(line, name, phrase));
  return [el("h3", {}, say(title, { n: list.length })), ...buttons];
}

function buildOverview() {
  const first = [...nodes.values()]
    .filter((node) => shown.nodes.has(node.id))
    .sort((a, b) => b.degree - a.degree || a.name.localeCompare(b.name, data.language))
    .slice(0, MOST_NODES);
  const tally = new Map();
  for (const claim of shown.claims) tally.set(claim.document, (tally.get(claim.document) ?? 0) + 1);
  const documents = [...tally].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const back = () => go({ path: state.row ?? 0 });
  return [
    ...buildHeading(
      say("panel.label"),
      `${countOf("entities", shown.nodes.size)}, ${countOf("claims", shown.claims.size)}`,
    ),
    currentAnswer()?.paths.length && (!data.matrix || state.row !== null)
      ? button(say("panel.back"), back, { class: "text back" })
      : null,
    el("p", {}, say("overview.intro")),
    el("h3", {}, say("overview.connected")),
    ...first.map((node) =>
      el(
        "button",
        { type: "button", class: "lineitem", "data-node": node.key, click: () => go({ node: node.id, line: null }) },
        kindMark(node.kind),
        foreignText("span", node.name, { class: "name" }),
        quietText(String(node.degree)),
      ),
    ),
    el("h3", {}, say("overview.documents", { n: documents.length })),
    el("ul", { class: "sources" }, ...documents.slice(0, MOST_DOCUMENTS).map(buildDocument)),
  ];
}

function buildDocument([number, count]) {
  const { url, name, published } = data.documents[number];
  const facts = [published || say("claim.no_date"), countOf("claims", count)];
  return el(
    "li",
    {},
    url ? webLink(url, name) : foreignText("span", name),
    ...facts.flatMap((fact) => [" ", el("span", { class: "quiet whole" }, `· ${fact}`)]),
  );
}

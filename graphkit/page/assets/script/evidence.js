// Evidence: a claim as a card, with what it says, who says so, where and when; and the buttons that lead to it.
import { countOf, data, say, word, words } from "./data.js";
import { button, el, foreignText, quietText, svg, webLink } from "./elements.js";
import { claims, documentOf, kinds, nameOf, nodes, originsOf } from "./graph.js";
import { colourOf, outlineShape } from "./looks.js";
import { go } from "./navigation.js";
import { claimsOf, currentPath } from "./state.js";

const SHARES = new Map([
  ["confirmed", 95],
  ["likely", 75],
  ["possible", 50],
  ["doubtful", 20],
]);

/** Return the shape of a kind in its colour. */
export const kindMark = (kind) =>
  svg(
    "svg",
    { class: "mark", viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
    svg("path", { d: outlineShape(kinds.get(kind).shape, 10, 10, 7), "data-kind": kind, fill: colourOf(kind) }),
  );

export const statusBadge = (status) =>
  foreignText("span", word("status", status), {
    class: "badge",
    "data-status": status,
    title: words.get(`status.${status}.about`),
  });

export const plainBadge = (text, attributes) => foreignText("span", text, { class: "badge plain", ...attributes });

export const badges = (...list) => el("p", { class: "badges" }, ...list);

/** Return a button that goes to a node. */
export const buildNodeButton = (id) =>
  foreignText("button", nameOf(id), {
    type: "button",
    class: "text node",
    "data-node": nodes.get(id).key,
    click: () => go({ node: id, line: null }),
  });

/** Return a button that opens the evidence of a line. */
export function buildLineButton(line, text, prefix) {
  const count = originsOf(claimsOf(line).map((number) => claims[number])).size;
  return el(
    "button",
    {
      type: "button",
      class: "lineitem",
      "data-line": line.id,
      click: () => go({ line: line.id, node: null, under: [] }),
    },
    prefix ? quietText(`${prefix} `) : null,
    foreignText("span", text, { class: "name" }),
    count > 1 ? quietText(`×${count}`) : null,
    line.implied ? statusBadge("implied") : null,
    statusBadge(line.status),
  );
}

export const buildHeading = (kicker, ...title) => [el("p", { class: "kicker" }, kicker), el("h2", {}, ...title)];

/** Return the way back: to the path at hand, else to the overview. */
export const buildBackLink = () =>
  button(say(currentPath() ? "panel.back" : "panel.back.overview"), () => go({ node: null, line: null }), {
    class: "text back",
  });

/** Return how many claims of how many origins there are, and which: "4 claims, 1 origin: The Information". */
export function countEvidence(list) {
  const origins = originsOf(list);
  const names = [...origins.values()].join(", ");
  return `${countOf("claims", list.length)}, ${countOf("origins", origins.size, { names })}`;
}

/** Return the document of a claim, its publisher and date. */
export function buildSourceLine(claim) {
  const from = documentOf(claim);
  const basis = from.published_basis ? ` (${say("claim.basis")})` : "";
  return el(
    "p",
    { class: "source", title: from.published_basis },
    from.url ? webLink(from.url, from.name) : foreignText("span", from.name),
    " · ",
    from.publisher ? foreignText("span", `${from.publisher} · `) : null,
    el("span", {}, from.published ? from.published + basis : say("claim.no_date")),
  );
}

/** Return what a claim that need not be drawn says, why it is cited, its note, and who says so, where. */
export function buildCitation({ why, text, who, note, held, document }) {
  const said = foreignText("span", [why, text].filter(Boolean).join(": "), { class: "told" });
  if (document === undefined) return [said];
  const { url, name, published } = data.documents[document];
  return [
    said,
    el(
      "p",
      { class: "source" },
      who ? foreignText("span", `${who} · `) : null,
      url ? webLink(url, name) : foreignText("span", name),
      el("span", {}, ` · ${published ?? say("claim.no_date")}${held ? ` · ${held}` : ""}`),
    ),
    buildNote(note),
  ];
}

/** Return since when a claim holds, else when it was observed; nothing where neither is told. */
export const tellWhen = ({ since, observed }) =>
  (since && say("claim.day.since", { date: since })) || (observed && say("claim.day.observed", { date: observed }));

/** Return the quotation of a claim, else its summary. */
export const buildStatement = (claim) =>
  claim.quote
    ? foreignText("blockquote", `“${claim.quote}”`)
    : foreignText("p", claim.summary || "", { class: "told" });

/** Return the note of a claim, such as "not charged"; null where it has none. */
export function buildNote(text) {
  return text ? foreignText("p", say("claim.note", { text }), { class: "told note" }) : null;
}

/** Return claims against a step by what each is: a party's denial, or another's word to the contrary. */
export const groupDenials = (list) =>
  [...new Set(list.map((one) => one.word))].map((name) => [
    say(`step.${name}`),
    list.filter((one) => one.word === name),
  ]);

function buildConfidence(claim) {
  const share = SHARES.get(claim.confidence) ?? 0;
  return [
    svg(
      "svg",
      { class: "meter", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { width: 100, height: 4, class: "empty" }),
      svg("rect", { width: share, height: 4, class: "full" }),
    ),
    el("span", {}, `${word("confidence", claim.confidence)} · ${share} %`),
  ];
}

/** Return everything else that a claim says, a row each. */
function buildFacts(claim) {
  const scope = claim.scope ?? {};
  const held = [
    claim.since && say("claim.open_end", { from: claim.since }),
    claim.until && say("claim.until", { to: claim.until }),
  ].filter(Boolean);
  const rows = [
    [say("claim.summary"), claim.quote && claim.summary],
    [say("claim.attribution"), claim.attribution],
    [say("claim.confidence"), buildConfidence(claim)],
    ...["chips", "sites", "regions"].map((field) => [say(`claim.${field}`), scope[field]?.join(", ")]),
    [say("claim.via"), claim.via?.join(" → ")],
    [say("claim.held"), held.join(", ")],
    [say("claim.observed"), claim.observed],
    [say("claim.due"), claim.due],
    ...Object.entries(claim.qualifiers ?? {}).map(([field, value]) => [
      word("qualifier", field),
      value === true ? say("claim.yes") : String(value),
    ]),
    [say("claim.locator"), claim.locator],
    [say("claim.reliability"), documentOf(claim).reliability],
    [say("claim.id"), el("code", {}, claim.id)],
  ];
  return el(
    "dl",
    {},
    ...rows
      .filter(([, value]) => value)
      .map(([label, value]) => [el("dt", {}, label), el("dd", { dir: "auto" }, value)]),
  );
}

/** Return a claim with everything that it says. */
export const buildClaimCard = (claim) =>
  el(
    "article",
    { class: "card", "data-claim": claim.id },
    buildStatement(claim),
    buildSourceLine(claim),
    buildFacts(claim),
  );

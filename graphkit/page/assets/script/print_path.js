// A path on paper: the drawing, who says each step in numbered notes, what speaks against it, what the rules say, the map.
import { buildCompliance, buildNotes } from "./beside.js";
import { data, percent, say, word } from "./data.js";
import { el, foreignText, quietText } from "./elements.js";
import { badges, buildStatement, groupDenials, plainBadge, statusBadge } from "./evidence.js";
import { asText, buildFinding } from "./findings.js";
import { claims, nameOf, phraseOf } from "./graph.js";
import { tellPath } from "./map.js";
import { drawMap } from "./map_drawing.js";
import { listLegs, world } from "./map_steps.js";
import { drawPath } from "./path_drawing.js";
import { countPaths, currentAnswer, state } from "./state.js";

/** The documents of a printed page by the order in which they are named. */
class Footnotes {
  constructor() {
    this.numbers = new Map();
  }

  /** Return the number of a document's note. */
  mark(document) {
    if (!this.numbers.has(document)) this.numbers.set(document, this.numbers.size + 1);
    return this.numbers.get(document);
  }

  /** Return the notes: name, publisher, date and address of each document. */
  list() {
    return el("ol", { class: "footnotes" }, ...[...this.numbers.keys()].map(tellDocument));
  }
}

function tellDocument(number) {
  const { name, publisher, published, published_basis: basis, url } = data.documents[number];
  const date = published ? published + (basis ? ` (${say("claim.basis")})` : "") : say("claim.no_date");
  const said = [name, publisher, date].filter(Boolean).join(", ");
  return foreignText("li", url ? `${said}. ${url}` : `${said}. ${say("print.no_address")}`);
}

/** Return a path as it stands on paper. */
export function buildPrintedPath(path) {
  const notes = new Footnotes();
  const answer = currentAnswer();
  const steps = path.steps.map((step, at) => tellStep(step, at, notes));
  const beside = (path.corroborated_by ?? []).map((item) => tellBeside(item, notes));
  return [
    el("p", { class: "kicker" }, say("print.kicker", { n: state.path + 1, all: countPaths() })),
    el("h2", {}, foreignText("span", path.nodes.map(nameOf).join(" → "))),
    badges(
      plainBadge(word("evidence", path.evidence)),
      statusBadge(path.status),
      plainBadge(say("path.confidence", { n: percent(path.confidence) })),
      ...(path.marks ?? []).map((text) => plainBadge(text)),
    ),
    drawPath(path),
    quietText(`${word("evidence", `${path.evidence}.about`)}.`, "p"),
    ...(path.verdict ? [el("h3", {}, say("path.finding")), foreignText("p", String(path.verdict))] : []),
    ...(path.findings ?? []).map(buildFinding),
    ...buildNotes(),
    el("h3", {}, say("print.steps")),
    el("ol", { class: "told-steps" }, ...steps),
    ...(beside.length ? [el("h3", {}, say("path.corroborated")), el("ul", {}, ...beside)] : []),
    ...printMap(path),
    ...listMisses(answer),
    ...listUnnamed(answer),
    ...buildCompliance(),
    ...listOthers(answer, path),
    el("h3", {}, say("print.footnotes")),
    notes.list(),
  ];
}

function tellClaim(claim, notes) {
  const where = claim.locator ? `${say("claim.locator")} ${claim.locator}` : null;
  const who = claim.attribution ? `${say("claim.attribution")}: ${claim.attribution}` : null;
  const note = claim.qualifiers?.note ? say("claim.note", { text: claim.qualifiers.note }) : null;
  const said = [who, claim.since ?? claim.observed, word("confidence", claim.confidence), where, note].filter(
    Boolean,
  );
  return [
    buildStatement(claim),
    foreignText("p", said.join("; "), { class: "quiet" }),
    el("sup", {}, `[${notes.mark(claim.document)}]`),
  ];
}

/** Return a claim beside the steps, drawn on the page or not. */
function tellBeside(item, notes) {
  const claim = claims[item.claim];
  if (claim) return el("li", { class: "claim" }, ...tellClaim(claim, notes));
  const source = [item.source, item.published, item.url].filter(Boolean).join(", ");
  return foreignText("li", [item.text, item.note, `(${source})`].filter(Boolean).join(" "), { class: "claim" });
}

function tellStep(step, at, notes) {
  return el(
    "li",
    { class: "told-step", value: at + 1 },
    el(
      "p",
      {},
      foreignText("strong", `${nameOf(step.from)} ${phraseOf(step)} ${nameOf(step.to)}`),
      " ",
      statusBadge(step.status),
      step.implied ? statusBadge("implied") : null,
      quietText(` ${percent(step.confidence)} %`),
      ...(step.marks ?? []).map((text) => quietText(`; ${text}`)),
    ),
    el("ul", {}, ...step.claims.map((number) => el("li", { class: "claim" }, ...tellClaim(claims[number], notes)))),
    groupDenials(step.denied_by ?? []).map(([title, some]) => [
      el("p", { class: "changes" }, title),
      el("ul", {}, ...some.map((one) => tellBeside(one, notes))),
    ]),
    buildFinding(step.finding),
  );
}

function printMap(path) {
  if (!world || !listLegs(path).some((leg) => leg.drawn)) return [];
  return [
    el("h3", {}, say("map.label")),
    el("div", { class: "printed-map" }, drawMap(path, 700, 215), el("div", { class: "twin" }, ...tellPath(path))),
  ];
}

const tellSteps = (steps) =>
  steps.map(([from, relation, to]) => `${from} ${word("relation", relation)} ${to}`).join("; ");

/** Return what would be paths, each with who refused or denied what. */
function listMisses({ near_misses: misses }) {
  if (!misses?.length) return [];
  const tell = ({ steps, reasons }) =>
    el(
      "li",
      { class: "claim" },
      foreignText("b", tellSteps(steps)),
      foreignText("span", `: ${reasons.map(asText).join("; ")}`),
    );
  return [el("h3", {}, say("answer.refused")), el("ul", {}, ...misses.map(tell))];
}

/** Return what ends at a chip that no report names, each in a paragraph. */
function listUnnamed({ unnamed, chip }) {
  if (!unnamed?.length) return [];
  const tell = ({ chip_class: name, status, confidence, steps, verdict }) => {
    const sure = confidence ? say("unnamed.confidence", { n: percent(confidence), name }) : null;
    const more = [status && word("status", status), sure, verdict].filter(Boolean).join(". ");
    return el(
      "li",
      { class: "claim" },
      foreignText("b", `${name}: ${tellSteps(steps)}`),
      foreignText("span", `. ${more}`),
    );
  };
  return [
    el("h3", {}, say("unnamed.title")),
    quietText(`${say("unnamed.about", { chip: chip.name })} ${say("print.unnamed")}`, "p"),
    el("ul", { class: "small" }, ...unnamed.map(tell)),
  ];
}

/** Return the other paths of the answer, a row each. */
function listOthers(answer, path) {
  const others = answer.paths.map((one, at) => [one, at + 1]).filter(([one]) => one !== path);
  if (!others.length) return [];
  const row = ([one, number]) =>
    el(
      "tr",
      {},
      el("td", {}, String(number)),
      foreignText("td", one.nodes.map(nameOf).join(" → ")),
      el("td", {}, word("status", one.status)),
      el("td", {}, `${word("evidence", one.evidence)}, ${percent(one.confidence)} %`),
      foreignText("td", one.verdict ?? ""),
    );
  return [el("h3", {}, say("print.others")), el("table", {}, el("tbody", {}, ...others.map(row)))];
}

// A path on paper: the drawing, who says each step in numbered notes, what speaks against it, what the rules say, the map.
import { buildNotes, listMarks } from "./beside.js";
import { percent, say, word } from "./data.js";
import { el, foreignText, quietText } from "./elements.js";
import { badges, groupDenials, plainBadge, statusBadge } from "./evidence.js";
import { buildFinding } from "./findings.js";
import { claims, nameOf, phraseOf, tellSteps } from "./graph.js";
import { tellPath } from "./map.js";
import { drawMap } from "./map_drawing.js";
import { listLegs, world } from "./map_steps.js";
import { drawPath } from "./path_drawing.js";
import { Footnotes, listCitations, listCompliance, tellCitation, tellClaim } from "./print_notes.js";
import { countPaths, currentAnswer, state } from "./state.js";

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
      ...listMarks(path).map((text) => plainBadge(text)),
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
    ...listMisses(answer, notes),
    ...listUnnamed(answer, notes),
    ...listCompliance(answer, notes),
    ...listOthers(answer, path),
    el("h3", {}, say("print.footnotes")),
    notes.list(),
  ];
}

/** Return a claim beside the steps, drawn on the page or not. */
function tellBeside(item, notes) {
  const claim = claims[item.claim];
  return el("li", { class: "claim" }, ...(claim ? tellClaim(claim, notes) : tellCitation(item, notes)));
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
      ...listMarks({ marks: step.marks }).map((text) => quietText(`; ${text}`)),
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
    el("div", { class: "printed-map" }, drawMap(path, 700, 185), el("div", { class: "twin" }, ...tellPath(path))),
  ];
}

/** Return what would be paths, each with who refused or denied what. */
function listMisses({ near_misses: misses }, notes) {
  if (!misses?.length) return [];
  const tell = ({ steps, reasons }) =>
    el("li", {}, foreignText("b", tellSteps(steps).join("; ")), listCitations(reasons, notes));
  return [el("h3", {}, say("answer.refused")), el("ul", { class: "small" }, ...misses.map(tell))];
}

/** Return what ends at a chip that no report names, each with its marks, who says so and who denies it. */
function listUnnamed({ unnamed, chip }, notes) {
  if (!unnamed?.length) return [];
  const tell = ({ chip_class: name, status, confidence, steps, verdict, said, ...way }) => {
    const sure = confidence ? say("unnamed.confidence", { n: percent(confidence), name }) : null;
    const told = [status && word("status", status), sure, ...listMarks(way)].filter(Boolean).join(", ");
    return el(
      "li",
      {},
      foreignText("b", `${name}: ${tellSteps(steps).join("; ")}`),
      foreignText("span", `. ${[told, verdict].filter(Boolean).join(". ")}. `),
      listCitations(said, notes),
    );
  };
  return [
    el("h3", {}, say("unnamed.title")),
    quietText(say("unnamed.about", { chip: chip.name }), "p"),
    el("ul", { class: "small" }, ...unnamed.map(tell)),
  ];
}

/** Return the other paths of the answer, a row each. */
function listOthers(answer, path) {
  const others = answer.paths.map((one, at) => [one, at + 1]).filter(([one]) => one !== path);
  if (!others.length) return [];
  const tell = ([one, number]) =>
    el(
      "li",
      { value: number },
      foreignText("b", one.nodes.map(nameOf).join(" → ")),
      `. ${[word("status", one.status), word("evidence", one.evidence), `${percent(one.confidence)} %`, ...listMarks(one)].join(", ")}`,
      foreignText("span", one.verdict ? `. ${one.verdict}` : ""),
    );
  return [el("h3", {}, say("print.others")), el("ol", { class: "small" }, ...others.map(tell))];
}

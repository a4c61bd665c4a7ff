// What stands beside the numbered paths: chips that no report names, near misses, notes, and what was asked.
import { percent, say, word, words } from "./data.js";
import { el, foreignText, quietText } from "./elements.js";
import { badges, buildCitation, plainBadge, statusBadge } from "./evidence.js";
import { tellSteps } from "./graph.js";
import { currentAnswer } from "./state.js";

/** Return the dates and filters of the question as badges. */
export function buildQuestion() {
  const { as_of, known_by, filters } = currentAnswer();
  const found = [
    as_of && say("answer.as_of", { date: as_of }),
    known_by && say("answer.known_by", { date: known_by }),
  ];
  for (const [key, value] of Object.entries(filters ?? {})) {
    const text = Array.isArray(value) ? value.join(", ") : value;
    if (text) found.push(`${key}: ${text}`);
  }
  return found.filter(Boolean).map((text) => plainBadge(text));
}

export const buildNotes = () => (currentAnswer().notes ?? []).map((text) => quietText(text, "p"));

/** Return a mark in words; some end in a date. */
function tellMark(mark) {
  const [, name, date] = /^(.*) (\d{4}[\d-]*)$/.exec(mark) ?? [];
  return name && words.has(`mark.${name}`) ? say(`mark.${name}`, { date }) : word("mark", mark);
}

/** Return the marks of a path or a way as texts; of a disputed one also that its denials are not counted. */
export const listMarks = ({ marks, disputed }) => [
  ...(marks ?? []).map(tellMark),
  ...(disputed ? [say("path.undenied")] : []),
];

const buildMarks = (way) => listMarks(way).map((text) => plainBadge(text, { class: "badge warn" }));

const buildSteps = (steps) => tellSteps(steps).map((text) => foreignText("p", text));

/** Return what would be paths, each with who refused or denied what. */
export function buildNearMisses(misses, title) {
  if (!misses?.length) return [];
  return [
    el("h3", {}, title),
    ...misses.map((miss) =>
      el(
        "div",
        { class: "card miss" },
        ...buildSteps(miss.steps),
        el("ul", {}, ...miss.reasons.map((one) => el("li", {}, ...buildCitation(one)))),
      ),
    ),
  ];
}

/** Return what ends at a chip that no report names: never a path to the model that was asked for. */
export function buildUnnamed() {
  const { unnamed, chip } = currentAnswer();
  if (!unnamed?.length) return [];
  return [
    el("h3", {}, say("unnamed.title")),
    quietText(say("unnamed.about", { chip: chip.name }), "p"),
    ...unnamed.map((one) =>
      el(
        "div",
        { class: "card unnamed" },
        foreignText("p", one.chip_class),
        badges(
          one.status ? statusBadge(one.status) : null,
          one.confidence
            ? plainBadge(say("unnamed.confidence", { n: percent(one.confidence), name: one.chip_class }))
            : null,
          ...buildMarks(one),
        ),
        ...buildSteps(one.steps),
        one.verdict ? foreignText("p", one.verdict, { class: "verdict" }) : null,
        one.said.length ? el("ul", {}, ...one.said.map((said) => el("li", {}, ...buildCitation(said)))) : null,
      ),
    ),
  ];
}

/** Return what companies say of their keeping to the rules, which denies no step. */
export function buildCompliance(compliance = currentAnswer().compliance) {
  if (!compliance?.length) return [];
  return [
    el("h3", {}, say("answer.compliance")),
    quietText(say("answer.compliance.about"), "p"),
    el("ul", { class: "compliance" }, ...compliance.map((one) => el("li", {}, ...buildCitation(one)))),
  ];
}

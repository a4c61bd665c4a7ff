// The answers of the page: what each says on the day that is shown, put together from records that are sent once.
import { data, words } from "./data.js";

/** Stands in texts for the day that is shown. */
const DAY = /\ue000/g;

const made = new WeakMap();

/** Return when an answer changes in a mode, with the range of its claims; null where no other day was asked for. */
export const changesOf = (answer, mode) => answer.moved?.[mode === "known" ? "known_by" : mode] ?? null;

/** Return the last of some [day, value] up to a day, both sorted; undefined before the first. */
export const lastUpTo = (list, day) => list.findLast(([from]) => from <= day);

/** Return the number of what an answer says on a day. */
function findState(answer, mode, day) {
  const changes = day && changesOf(answer, mode)?.changes;
  return changes ? (lastUpTo(changes, day)?.[1] ?? answer.asked) : answer.asked;
}

/** Return a record with the part that it has in common with others. */
const join = (record) => ({ ...data.parts[record.of], ...record });

const joinClauses = (numbers, tell) => tell((numbers ?? []).map((number) => data.texts[number]).join("; "));

function expandFinding(number, tell) {
  const finding = data.findings[number];
  const list = (texts) => texts?.map((text) => (typeof text === "string" ? tell(text) : text));
  return {
    ...finding,
    sentence: joinClauses(finding.sentence, tell),
    missing: list(finding.missing),
    duties: list(finding.duties),
    powers: list(finding.powers),
    rules: (finding.rules ?? []).map((at) => ({ ...data.rules[at], reason: tell(data.rules[at].reason ?? "") })),
  };
}

function expandStep(number, tell) {
  const step = join(data.steps[number]);
  return step.finding === undefined ? step : { ...step, finding: expandFinding(step.finding, tell) };
}

function expandPath(number, tell) {
  const path = join(data.paths[number]);
  const steps = path.steps.map((step) => expandStep(step, tell));
  return {
    ...path,
    steps,
    key: [path.nodes[0], ...steps.map((step) => `${step.relation} ${step.to}`)].join(" "),
    verdict: joinClauses(path.verdict, tell),
    findings: (path.findings ?? []).map((finding) => expandFinding(finding, tell)),
  };
}

function expandWay(number, tell) {
  const way = join(data.ways[number]);
  return { ...way, verdict: joinClauses(way.verdict, tell), said: way.said.map((at) => data.cited[at]) };
}

const expandMisses = (numbers) =>
  (numbers ?? []).map((number) => {
    const miss = data.misses[number];
    return { ...miss, reasons: miss.reasons.map((at) => data.cited[at]) };
  });

function expandAnswer(answer, number, mode, day) {
  const said = answer.states[number];
  const tell = (text) => (day ? text.replace(DAY, day) : text);
  const texts = (numbers) => (numbers ?? []).map((at) => tell(data.texts[at]));
  return {
    ...answer,
    ...said,
    as_of: day && mode === "on" ? day : answer.as_of,
    known_by: day && mode === "known" ? day : answer.known_by,
    fault: said.fault && tell(said.fault),
    paths: said.paths.map((path) => expandPath(path, tell)),
    unnamed: (said.unnamed ?? []).map((way) => expandWay(way, tell)),
    near_misses: expandMisses(said.near_misses),
    negative: said.negative && { ...said.negative, near_misses: expandMisses(said.negative.near_misses) },
    compliance: (said.compliance ?? []).map((at) => data.cited[at]),
    notes: texts(said.notes),
  };
}

/** Return a record of answers as it is on a day, as it was asked for without one. */
export function recordOn(record, mode, day) {
  if (!made.has(record)) made.set(record, new Map());
  const known = made.get(record);
  const shown = changesOf(record, mode) ? day : null;
  const key = [mode, shown].join();
  if (!known.has(key)) known.set(key, expandAnswer(record, findState(record, mode, shown), mode, shown));
  return known.get(key);
}

/** Say whether an answer has a path on a day, without putting it together. */
export function hasPaths(answer, mode, day) {
  return answer.states[findState(answer, mode, changesOf(answer, mode) ? day : null)].paths.length > 0;
}

/** Return an answer by its number as it is on a day. */
export const answerOn = (at, mode, day) => (data.answers[at] ? recordOn(data.answers[at], mode, day) : null);

const COVERAGES = ["covered", "unclear"];

/** Return what the rules say of a path in a word: the strictest of its steps. */
export function coverageOf(path) {
  const told = path.steps.map((step) => step.finding?.coverage).filter(Boolean);
  return COVERAGES.find((one) => told.includes(one)) ?? told[0] ?? null;
}

/** Return the words for what the rules say of a path. */
export function describeCoverage(path) {
  const coverage = coverageOf(path);
  return coverage ? (words.get(`finding.${coverage}`) ?? coverage) : "";
}

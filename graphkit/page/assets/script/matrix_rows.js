// The matrix as rows of cells: what it says on the day that is shown, under the filters, in the order that was chosen.
import { answerOn, describeCoverage, recordOn } from "./answers.js";
import { data, fold, percent, say, word } from "./data.js";
import { passesPath, passesWay } from "./filters.js";
import { nameOf, nodes } from "./graph.js";
import { state } from "./state.js";

const table = data.matrix ?? { buyers: [], chips: [], pairs: [], rows: {}, whole: null };
const numbers = new Map(table.pairs.map(([buyer, chip], at) => [`${buyer}\n${chip}`, at]));
const rows = new Map(Object.entries(table.rows));

/** Return the number of the answer of a pair; undefined where it has nothing to say on any day. */
export const findAnswer = (buyer, chip) => numbers.get(`${buyer}\n${chip}`);

/** Return who and what the matrix is about on the day that is shown, and what is said of the whole. */
export function readWhole() {
  const whole = recordOn(table.whole, state.mode, state.day);
  const take = (list, places) => (places ? places.map((at) => list[at]) : whole.fault ? [] : list);
  return { ...whole, buyers: take(table.buyers, whole.buyers), chips: take(table.chips, whole.chips) };
}

/** Return the ways of a buyer to chips that no report names. */
export function listWays(buyer) {
  const row = rows.get(buyer);
  return row ? recordOn(row, state.mode, state.day).unnamed.filter(passesWay) : [];
}

/** Return the paths of an answer that pass the filters. */
export const listPaths = (number) =>
  number === undefined ? [] : answerOn(number, state.mode, state.day).paths.filter(passesPath);

/** Return the cell of a pair: its paths that pass the filters and what was refused beside them, or what came nearest. */
function readCell(buyer, chip) {
  const number = findAnswer(buyer.id, chip.id);
  const answer = number === undefined ? null : answerOn(number, state.mode, state.day);
  const paths = listPaths(number);
  const filtered = Boolean(answer?.paths.length) && !paths.length;
  const near = (answer?.paths.length ? answer : answer?.negative)?.near_misses ?? [];
  return { number, buyer, chip, paths, filtered, near, outcome: answer?.negative?.outcome ?? "not found" };
}

/** Return the rows of the matrix, a cell for each chip and each class of chips that no report names. */
export function readRows() {
  const whole = readWhole();
  const made = whole.buyers.map((buyer) => ({
    buyer,
    cells: whole.chips.map((chip) => readCell(buyer, chip)),
    ways: listWays(buyer.id),
  }));
  const classes = [...new Set(made.flatMap((row) => row.ways.map((way) => way.chip_class)))];
  const told = (row) => row.ways.length > 0 || row.cells.some((cell) => cell.paths.length || cell.near.length);
  const best = (row) => Math.max(0, ...row.cells.map((cell) => cell.paths[0]?.confidence ?? 0));
  made.sort((a, b) => compareRows(a, b, whole.chips, classes) || best(b) - best(a) || byName(a.buyer, b.buyer));
  return { whole, chips: whole.chips, classes, rows: made.map((row) => ({ ...row, told: told(row) })) };
}

const byName = (a, b) => a.name.localeCompare(b.name, data.language);

/** Compare rows by the column that was chosen: a chip or a class the surest first, buyers by their names. */
function compareRows(a, b, chips, classes) {
  if (!state.sort) return 0;
  const [key, down] = [state.sort.replace(/^-/, ""), state.sort.startsWith("-")];
  if (key === "buyer") return byName(a.buyer, b.buyer) * (down ? -1 : 1);
  const at = chips.findIndex((chip) => chip.id === key);
  const name = classes.find((one) => `~${one}` === key);
  const rankOf = (row) =>
    name
      ? (row.ways.find((way) => way.chip_class === name)?.confidence ?? -1)
      : (row.cells[at]?.paths[0]?.confidence ?? (row.cells[at]?.near.length ? -0.5 : -1));
  return (rankOf(b) - rankOf(a)) * (down ? -1 : 1);
}

/** Return whom a path passes, in names. */
export const describeNodes = (path) => path.nodes.map((id) => nameOf(id)).join(" → ");

/** Return why a near miss is none, in a few words: refused, not yet. */
export const describeMiss = (miss) =>
  (miss.why.length ? miss.why.map((reason) => word("reason", reason)) : [say("matrix.near")]).join(", ");

/** Return what distinguishes a path from others of its pair: who is between, if anybody is. */
export const describeBetween = (path) => {
  const between = path.nodes.slice(1, -1);
  const parties = between.filter((id) => nodes.get(id).kind !== "Datacenter");
  const via = (parties.length ? parties : between).map(nameOf).join(", ");
  return via ? say("path.via", { via }) : say("path.direct");
};

/** Return the matrix that is shown and its pairs as sheets, each [name, rows]. */
export function writeSheets() {
  const { chips, classes, rows: all } = readRows();
  const brief = (path) => `${word("status", path.status)} ${percent(path.confidence)} %`;
  const lead = (one) => {
    if (one.paths.length) return [`${brief(one.paths[0])}; ${describeCoverage(one.paths[0])}`];
    return one.filtered ? [say("path.filtered")] : [];
  };
  const cell = (one) => [...lead(one), ...one.near.map(describeMiss)].join("; ");
  const wayOf = (row, name) => {
    const way = row.ways.find((one) => one.chip_class === name);
    return way ? brief(way) : "";
  };
  const head = [say("matrix.corner"), say("matrix.seat"), ...chips.map((chip) => chip.name)];
  const matrix = [
    [...head, ...classes.map((name) => say("matrix.class", { name }))],
    ...all
      .filter((row) => row.told)
      .map((row) => [
        row.buyer.name,
        row.buyer.seat,
        ...row.cells.map(cell),
        ...classes.map((name) => wayOf(row, name)),
      ]),
  ];
  return [
    [say("matrix.sheet"), matrix],
    [say("matrix.sheet.pairs"), listPairs(all)],
  ];
}

const PAIR_COLUMNS = ["buyer", "seat", "chip", "status", "confidence", "steps", "evidence", "through"];

/** Return the paths and near misses that are shown, a row each, the headings first. */
export function listPairs(all = readRows().rows) {
  const columns = [...PAIR_COLUMNS, "rules", "verdict", "marks", "near"];
  const found = [columns.map((name) => say(`matrix.column.${name}`))];
  for (const { buyer, cells, ways } of all) {
    for (const { chip, paths, near } of cells) {
      for (const path of paths)
        found.push([
          ...[buyer.name, buyer.seat, chip.name, word("status", path.status), path.confidence, path.steps.length],
          ...[word("evidence", path.evidence), describeNodes(path), describeCoverage(path), path.verdict],
          ...[path.marks ?? [], ""],
        ]);
      for (const miss of near)
        found.push([buyer.name, buyer.seat, chip.name, "", "", "", "", "", "", "", "", describeMiss(miss)]);
    }
    for (const way of ways)
      found.push([
        ...[buyer.name, buyer.seat, say("matrix.class", { name: way.chip_class }), word("status", way.status)],
        ...[way.confidence, way.steps.length, "", way.steps.map(([from]) => from).join(" → "), ""],
        ...[way.verdict, way.marks ?? [], ""],
      ]);
  }
  return found;
}

/** Return the text by which rows are found: who the buyer is and where its seat. */
export const nameRow = ({ buyer }) => fold(`${buyer.name} ${buyer.seat}`);

/** Return what the cells say, for tests: pairs with a path, near misses, chips that no report names. */
export function listCells() {
  const { whole, rows: all } = readRows();
  if (whole.fault) return { fault: whole.fault };
  const cells = all.flatMap((row) => row.cells);
  const ends = ({ buyer, chip }) => [buyer.name, chip.name];
  const found = cells.filter(({ paths }) => paths.length);
  return {
    pairs: cells.length,
    found: found
      .map((cell) => [cell, cell.paths[0]])
      .map(([cell, best]) => [
        ...[...ends(cell), best.status, best.confidence, best.steps.length],
        ...[best.evidence, best.marks ?? [], best.verdict],
      ])
      .sort(),
    near: cells
      .filter(({ near }) => near.length)
      .map((cell) => [...ends(cell), cell.near[0].why])
      .sort(),
    apart: all
      .flatMap(({ buyer, ways }) =>
        ways.map((way) => [buyer.name, way.chip_class, way.status, way.confidence, way.verdict]),
      )
      .sort(),
    compliance: whole.compliance,
  };
}

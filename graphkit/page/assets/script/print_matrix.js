// A matrix on paper: below the table who says so for each of its cells, in numbered notes.
import { listMarks } from "./beside.js";
import { data, say, word } from "./data.js";
import { el, foreignText, quietText } from "./elements.js";
import { claims, originsOf } from "./graph.js";
import { describeBetween, readRows } from "./matrix_rows.js";
import { Footnotes, listCompliance } from "./print_notes.js";

// so many cells are told on paper: those of a larger matrix are told on the page
const MOST = 150;

/** Return who says what the cells of a matrix stand on, and the sources. */
export function buildPrintedMatrix() {
  const notes = new Footnotes();
  const { rows, whole } = readRows();
  const cells = rows.flatMap((row) => [
    ...row.cells.filter((cell) => cell.paths.length).map((cell) => () => tellPaths(cell, notes)),
    ...row.cells.filter((cell) => !cell.paths.length && cell.near.length).map((cell) => () => tellNear(cell, notes)),
    ...row.ways.map((way) => () => tellWay(row.buyer, way, notes)),
  ]);
  if (whole.fault || !cells.length) return [];
  const told = tellCells(cells.slice(0, MOST).map((tell) => tell()));
  return [
    el(
      "div",
      { class: "lead on-sheets" },
      el("h3", {}, say("path.origins")),
      el("ul", { class: "small" }, ...told),
      cells.length > MOST ? quietText(say("print.more", { n: cells.length - MOST }), "p") : null,
      ...listCompliance(whole, notes),
      el("h3", {}, say("print.footnotes")),
      notes.list(),
    ),
  ];
}

/** Return cells with what each stands on, those of a buyer that say the same in one row. */
function tellCells(cells) {
  const found = new Map();
  for (const { buyer, chip, parts } of cells) {
    const key = JSON.stringify([buyer.id, parts]);
    if (!found.has(key)) found.set(key, { buyer, chips: [], parts });
    found.get(key).chips.push(chip);
  }
  return [...found.values()].map(({ buyer, chips, parts }) => {
    const item = el("li", { class: "claim" }, foreignText("b", `${buyer.name} → ${chips.join(", ")}: `));
    parts.forEach(([text, numbers], at) => {
      const marks = [...new Set(numbers)].sort((a, b) => a - b).map((number) => `[${number}]`);
      item.append(...(at ? ["; "] : []), foreignText("span", text), el("sup", {}, `${marks.join("")}`));
    });
    return item;
  });
}

function tellPaths({ buyer, chip, paths: [best] }, notes) {
  const list = [...new Set(best.steps.flatMap((step) => step.claims))].map((number) => claims[number]);
  const origins = [...originsOf(list).values()].join(", ");
  const said = [describeBetween(best), word("status", best.status), ...listMarks(best)];
  const denials = best.steps.flatMap((step) => step.denied_by ?? []);
  const against = denials.map((one) => {
    const claim = claims[one.claim] ?? one;
    return { why: say(`step.${one.word}`), who: claim.attribution ?? claim.who, document: claim.document };
  });
  const numbers = list.map((claim) => notes.mark(claim.document));
  return {
    buyer,
    chip: chip.name,
    parts: [[`${said.join(", ")}, ${origins}`, numbers], ...groupSources(against, notes)],
  };
}

const tellNear = ({ buyer, chip, near }, notes) => ({
  buyer,
  chip: chip.name,
  parts: groupSources(
    near.flatMap((miss) => miss.reasons),
    notes,
  ),
});

function tellWay(buyer, way, notes) {
  const [first, ...more] = groupSources(way.said, notes);
  const said = [word("status", way.status), ...listMarks(way), first[0]].join(", ");
  return { buyer, chip: say("matrix.class", { name: way.chip_class }), parts: [[said, first[1]], ...more] };
}

/** Return who says something, those who say it for the same reason together, with the numbers of their notes. */
function groupSources(list, notes) {
  const found = new Map();
  for (const { why = "", who, document } of list) {
    if (!found.has(why)) found.set(why, [new Set(), []]);
    const [names, numbers] = found.get(why);
    if (document === undefined) continue;
    names.add(who ?? data.documents[document].publisher ?? data.documents[document].name);
    numbers.push(notes.mark(document));
  }
  return [...found].map(([why, [names, numbers]]) => [
    [why, [...names].join(", ")].filter(Boolean).join(": "),
    numbers,
  ]);
}

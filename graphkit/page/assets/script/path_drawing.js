// The drawing of one path alone: who, by which step, to whom, in a row; for paper, where colours may be greys.
import { word } from "./data.js";
import { svg } from "./elements.js";
import { kinds, nameOf, nodes, phraseOf } from "./graph.js";
import { BASE_FONT, ink, isCrossed, lineDashes, outlineShape } from "./looks.js";

const WIDE = 720;
const BESIDE = 70;
const ROW = 16;

/** Return a text in rows of about so many letters; what is longer than the last is cut. */
export function breakText(text, letters, most) {
  const rows = [""];
  for (const part of text.split(/\s+/).flatMap((one) => one.match(new RegExp(`.{1,${letters}}`, "gu")) ?? [])) {
    const last = rows.length - 1;
    if (`${rows[last]} ${part}`.trim().length <= letters) rows[last] = `${rows[last]} ${part}`.trim();
    else rows.push(part);
  }
  if (rows.length > most) rows.splice(most, rows.length, `${rows[most - 1].slice(0, letters - 1)}…`);
  if (rows.length > most) rows.splice(most - 1, 1);
  return rows;
}

const writeRows = (rows, x, y, attributes) =>
  rows.map((text, at) =>
    svg(
      "text",
      { x, y: y + at * ROW, "text-anchor": "middle", "font-size": 12, fill: ink.text, ...attributes },
      text,
    ),
  );

/** Return a path as a drawing, its steps with their numbers, words and statuses. */
export function drawPath(path) {
  const gap = (WIDE - 2 * BESIDE) / path.steps.length;
  const letters = Math.max(9, Math.floor(gap / 7.4));
  const phrases = path.steps.map((step) => breakText(phraseOf(step), Math.floor(letters * 0.8), 3));
  const level = 22 + ROW * Math.max(...phrases.map((rows) => rows.length));
  const names = path.nodes.map((id) => breakText(nameOf(id), letters, 4));
  const high = level + 22 + ROW * Math.max(...names.map((rows) => rows.length));
  return svg(
    "svg",
    { class: "row", viewBox: `0 0 ${WIDE} ${high}`, "font-family": BASE_FONT },
    path.steps.flatMap((step, at) => drawStep(step, { at, left: BESIDE + at * gap, gap, level, rows: phrases[at] })),
    path.nodes.flatMap((id, at) => [
      svg("path", {
        d: outlineShape(kinds.get(nodes.get(id).kind).shape, BESIDE + at * gap, level, 11),
        fill: kinds.get(nodes.get(id).kind).colour,
        stroke: ink.text,
      }),
      writeRows(names[at], BESIDE + at * gap, level + 32, { "font-weight": 600 }),
    ]),
  );
}

function drawStep(step, { at, left, gap, level, rows }) {
  const [from, to] = [left + 16, left + gap - 16];
  const status = step.implied && step.status === "done" ? "implied" : step.status;
  const middle = (from + to) / 2;
  const crossed = isCrossed(step.status);
  return [
    svg("path", {
      d: `M${from} ${level}L${to - 7} ${level}`,
      stroke: ink.text,
      "stroke-width": 1.6,
      "stroke-dasharray": lineDashes(status)?.join(" "),
    }),
    svg("path", { d: `M${to} ${level}l-9 -4.5l0 9Z`, fill: ink.text }),
    crossed ? svg("path", { d: `M${middle - 5} ${level - 5}l10 10m0 -10l-10 10`, stroke: ink.text }) : null,
    writeRows(rows, middle, level - 10 - ROW * (rows.length - 1)),
    writeRows([`${at + 1} ${word("status", status)}`], middle, level + 15, { "font-size": 10, fill: ink.muted }),
  ];
}

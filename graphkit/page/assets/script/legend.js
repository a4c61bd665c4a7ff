// The foot of a picture: what its shapes and strokes mean, in as many rows as that takes, and who is behind it.
import { say, word } from "./data.js";
import { svg } from "./elements.js";
import { shown } from "./filters.js";
import { kinds, lines, nodes, originsOf, statuses } from "./graph.js";
import { measureText } from "./labels.js";
import { BASE_FONT, colourOf, ink, isCrossed, lineDashes, outlineShape } from "./looks.js";

const LEGEND_SIZE = 11;
const LEGEND_ROW = 20;
const LEGEND_EDGE = 16;
const LEGEND_GAP = 18;
const STROKE_WIDE = 40;
const SHAPE_WIDE = 12;
const MOST_ORIGINS = 6;

/** Return the foot of a picture `wide` pixels across: its height, and its drawing from 0 downwards. */
export function drawFoot(context, wide) {
  const widthOf = (text) => measureText(context, `${LEGEND_SIZE}px ${BASE_FONT}`, text);
  const rows = breakRows([...listShapes(), ...listStrokes()], widthOf, wide - 2 * LEGEND_EDGE);
  const high = (rows.length + 1) * LEGEND_ROW + 12;
  const names = nameSources((text) => widthOf(text) <= wide - 2 * LEGEND_EDGE);
  return {
    high,
    drawing: [
      svg("rect", { x: 0, y: 0, width: wide, height: high, fill: ink.canvas }),
      ...rows.flatMap((row, at) => row.flatMap((mark) => drawMark(mark, at * LEGEND_ROW + 14))),
      writeText(LEGEND_EDGE, rows.length * LEGEND_ROW + 18, names, ink.muted),
    ],
  };
}

const writeText = (x, y, text, fill) => svg("text", { x, y, "font-size": LEGEND_SIZE, fill }, text);

function listShapes() {
  const present = new Set([...shown.nodes].map((id) => nodes.get(id).kind));
  return [...kinds.keys()]
    .filter((kind) => present.has(kind))
    .map((kind) => ({ name: word("kind", kind), kind, size: SHAPE_WIDE }));
}

function listStrokes() {
  const present = new Set([...shown.lines].map((id) => lines.get(id).style));
  return statuses
    .filter((style) => present.has(style))
    .map((style) => ({ name: word("status", style), style, size: STROKE_WIDE }));
}

/** Return the marks row by row, each with where it begins. */
function breakRows(marks, widthOf, room) {
  const rows = [[]];
  let x = 0;
  for (const mark of marks) {
    const wide = mark.size + 6 + widthOf(mark.name);
    if (x > 0 && x + wide > room) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1).push({ ...mark, x: LEGEND_EDGE + x });
    x += wide + LEGEND_GAP;
  }
  return rows;
}

function drawMark({ name, kind, style, size, x }, y) {
  const sample = kind
    ? [svg("path", { d: outlineShape(kinds.get(kind).shape, x + size / 2, y, 5), fill: colourOf(kind) })]
    : drawStroke(style, x, y);
  return [...sample, writeText(x + size + 6, y + 4, name, ink.text)];
}

function drawStroke(style, x, y) {
  const pen = { stroke: ink.text, "stroke-width": 1.6, fill: "none" };
  const [mid, r] = [x + STROKE_WIDE / 2, 4];
  const cross = `M${mid - r} ${y - r}L${mid + r} ${y + r}M${mid + r} ${y - r}L${mid - r} ${y + r}`;
  return [
    svg("path", {
      ...pen,
      d: `M${x} ${y}L${x + STROKE_WIDE} ${y}`,
      "stroke-dasharray": lineDashes(style)?.join(" "),
    }),
    isCrossed(style) ? svg("path", { ...pen, d: cross }) : null,
  ];
}

/** Return the line that names as many origins as there is room for, and counts the others. */
function nameSources(fits) {
  const told = [...originsOf([...shown.claims]).values()];
  for (let n = Math.min(told.length, MOST_ORIGINS); n > 0; n -= 1) {
    const rest = told.length > n ? [say("picture.more", { n: told.length - n })] : [];
    const text = say("picture.sources", { names: [...told.slice(0, n), ...rest].join(", ") });
    if (fits(text)) return text;
    if (n === 1) return shortenText(text, fits);
  }
  return "";
}

function shortenText(text, fits) {
  let short = text;
  while (short && !fits(`${short}…`)) short = short.slice(0, -1);
  return `${short}…`;
}

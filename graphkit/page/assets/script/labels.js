// The labels of the drawing, in pixels: those that would collide are left out, the least connected first.
import { data, say } from "./data.js";
import { $ } from "./elements.js";
import { listUndrawn, shown } from "./filters.js";
import { bends, curveOf, pointAlong, radiusOf, spot } from "./geometry.js";
import { claims, lines, nodes, originsOf, phraseOf } from "./graph.js";
import { BASE_FONT, ink, isCrossed } from "./looks.js";
import { box, scene, styleLine } from "./scene.js";
import { claimsOf, currentAnswer, currentPath, nodesOnRow, state } from "./state.js";

const widths = new Map();
/** Say whether two areas overlap. */
export const meets = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

export function measureText(context, font, text) {
  const key = font + text;
  if (!widths.has(key)) {
    context.font = font;
    widths.set(key, context.measureText(text).width);
  }
  return widths.get(key);
}

/** Return a text in at most `most` rows of a width; what does not fit ends in dots. */
function wrapText(context, font, text, width, most) {
  const found = [];
  let row = "";
  for (const part of text.slice(0, 240).split(/\s+/)) {
    const longer = row ? `${row} ${part}` : part;
    if (row && measureText(context, font, longer) > width) {
      found.push(row);
      row = part;
    } else row = longer;
  }
  found.push(row);
  const kept = found.slice(0, most);
  if (found.length > most) kept[most - 1] += " …";
  return kept.map((line) => {
    let short = line.slice(0, 80);
    while (short.length > 2 && measureText(context, font, short) > width + 8)
      short = `${short.slice(0, -2).trimEnd()}…`;
    return short;
  });
}

/** Return the labels that have room, each with its rows, font and area. */
export function placeLabels(context) {
  const plan = planLabels(context);
  const onRow = (id) =>
    plan.row.includes(lines.get(id).from) && plan.row.includes(lines.get(id).to) && !bends.get(id);
  const order = [...plan.pixel.keys()].sort(
    (one, other) =>
      plan.rankOf(other) - plan.rankOf(one) ||
      nodes.get(other).degree - nodes.get(one).degree ||
      (one < other ? -1 : 1),
  );
  const others = order.filter((id) => !plan.row.includes(id));
  const named = scene.highlight ? [...scene.highlight.lines] : shown.lines.size <= 30 ? [...shown.lines] : [];
  for (const id of order) if (plan.row.includes(id)) placeName(plan, id);
  if (!scene.highlight) for (const id of others) placeName(plan, id);
  for (const id of named) if (onRow(id)) placePhrase(plan, lines.get(id), true);
  for (const id of named) if (!onRow(id)) placePhrase(plan, lines.get(id), false);
  if (scene.highlight) for (const id of others) placeName(plan, id);
  return plan.labels;
}

/** Return what placing labels goes by: pixels of nodes, areas taken, the row of the path, ranks of nodes. */
function planLabels(context) {
  const scale = scene.network.getScale();
  const onPath = currentPath() ? nodesOnRow() : [];
  const pixel = new Map([...shown.nodes].map((id) => [id, scene.network.canvasToDOM(spot.get(id))]));
  const taken = [...pixel].map(([id, at]) => {
    const r = radiusOf(id) * scale;
    return { x: at.x - r, y: at.y - r, w: 2 * r, h: 2 * r, own: id };
  });
  const rankOf = (id) => {
    if (state.node === id || scene.hovered === id) return 3;
    if (onPath.includes(id) || (!currentAnswer() && data.focus.includes(id))) return 2;
    return scene.highlight?.nodes.has(id) ? 1 : 0;
  };
  taken.push(...listCovers());
  const drawn = scene.highlight?.lines ?? shown.lines;
  return {
    context,
    scale,
    pixel,
    taken,
    rankOf,
    tracks: new Map([...drawn].map((id) => [id, traceLine(lines.get(id))])),
    row: state.layout === "layered" ? onPath : [],
    size: { wide: box.clientWidth, high: box.clientHeight, small: box.clientWidth < 520 },
    labels: [],
  };
}

/** Return the areas of what the page lays over the drawing: the note above it, the count below. */
function listCovers() {
  const { left, top } = box.getBoundingClientRect();
  return ["note", "count"]
    .map((id) => $(id).getBoundingClientRect())
    .filter((area) => area.height)
    .map((area) => ({ x: area.left - left, y: area.top - top, w: area.width, h: area.height }));
}

/** Return a line as pixels along it. */
function traceLine(line) {
  const { a, b, via } = curveOf(line);
  const count = via ? 16 : 1;
  return Array.from({ length: count + 1 }, (_, at) => scene.network.canvasToDOM(pointAlong(a, b, via, at / count)));
}

/** Say whether a straight piece between two pixels passes through an area. */
function passesThrough(area, from, to) {
  let [first, last] = [0, 1];
  for (const [start, move, low, high] of [
    [from.x, to.x - from.x, area.x, area.x + area.w],
    [from.y, to.y - from.y, area.y, area.y + area.h],
  ]) {
    if (!move && (start < low || start > high)) return false;
    if (!move) continue;
    const [one, other] = [(low - start) / move, (high - start) / move];
    first = Math.max(first, Math.min(one, other));
    last = Math.min(last, Math.max(one, other));
  }
  return first <= last;
}

/** Say whether another line that stands out passes through an area: what is written there would be read as its own. */
const isCrossedBy = (plan, area, own) =>
  [...plan.tracks].some(
    ([id, track]) => id !== own && track.slice(1).some((to, at) => passesThrough(area, track[at], to)),
  );

const collides = (plan, area) => plan.taken.some((other) => other.own !== area.own && meets(area, other));

function addLabel(plan, label) {
  plan.taken.push(label.area);
  plan.labels.push(label);
}

/** Place the phrase of a line, on the row of the path in as small a font as it takes. */
function placePhrase(plan, line, onRow) {
  const { a, b, via } = curveOf(line);
  const [from, to] = [scene.network.canvasToDOM(a), scene.network.canvasToDOM(b)];
  const ends = (radiusOf(line.from) + radiusOf(line.to)) * plan.scale;
  const room = Math.hypot(to.x - from.x, to.y - from.y) - ends - (plan.size.small ? 12 : 26);
  const { rows, size, font, w } = fitPhrase(plan.context, line, onRow ? room : null);
  const h = rows.length * (size + 3);
  // several rows stand above the line, so that they keep clear of the names below it
  const lift = onRow && rows.length > 1 ? h / 2 + 5 : 0;
  const spots = (onRow ? [0.5] : [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78]).map((t) =>
    scene.network.canvasToDOM(pointAlong(a, b, via, t)),
  );
  const areaAt = ({ x, y }) => ({ x: x - w / 2 - 3, y: y - h / 2 - lift, w: w + 6, h, own: line.id });
  const fits = (area) => !collides(plan, area) && (onRow || !isCrossedBy(plan, area, line.id));
  const at = spots.find((one) => fits(areaAt(one))) ?? (onRow ? spots[0] : null);
  const inside = at && at.x > 0 && at.y > 0 && at.x < plan.size.wide && at.y < plan.size.high;
  if (!at || !(onRow || inside)) return;
  const y = at.y - h / 2 - lift;
  const area = { x: at.x - w / 2 - 4, y: y - 1, w: w + 8, h: h + 2, own: line.id };
  addLabel(plan, { x: at.x, y, rows, size, font, weight: 500, colour: ink.text, plate: true, area });
}

/** Return the phrase of a line in rows, with the number of its origins where there is room. */
function fitPhrase(context, line, room) {
  const phrase = phraseOf(line);
  const count = originsOf(claimsOf(line).map((number) => claims[number])).size;
  const choices = [12, 11, 10].map((size) => [phrase, size]);
  if (count > 1) choices.unshift([`${phrase} ×${count}`, 12]);
  for (const [text, size] of choices) {
    const font = `500 ${size}px ${BASE_FONT}`;
    const w = measureText(context, font, text);
    if (room === null || w <= room) return { rows: [text], size, font, w };
  }
  const font = `500 10px ${BASE_FONT}`;
  const rows = wrapText(context, font, phrase, Math.max(room, 40), 3);
  return { rows, size: 10, font, w: Math.max(...rows.map((text) => measureText(context, font, text))) };
}

/** Place the name of a node below it, in the force layout on any side of it. */
function placeName(plan, id) {
  const at = plan.pixel.get(id);
  const { wide, high, small } = plan.size;
  if (at.x < -80 || at.y < -40 || at.x > wide + 80 || at.y > high + 40) return;
  const rank = plan.rankOf(id);
  const faded = Boolean(scene.highlight) && rank === 0;
  const size = rank >= 2 && !small ? 13 : 12;
  const weight = rank >= 2 ? 600 : 400;
  const font = `${weight} ${size}px ${BASE_FONT}`;
  const rows = wrapText(plan.context, font, nodes.get(id).name, roomFor(plan, id), rank >= 2 ? 5 : 2);
  const undrawn = rank > 0 && scene.highlight && !small ? listUndrawn(id).length : 0;
  const noted = undrawn > 0;
  if (noted) rows.push(say("node.undrawn", { n: undrawn }));
  const w = Math.max(...rows.map((text) => measureText(plan.context, font, text)));
  const h = rows.length * (size + 3);
  const areaAt = ({ x, y }) => ({ x: x - w / 2 - 2, y, w: w + 4, h, own: id });
  const side = chooseSide(plan, id, { w, h, areaAt });
  if (!side) return;
  addLabel(plan, {
    ...side,
    rows,
    size,
    font,
    weight,
    colour: faded ? ink.muted : ink.text,
    plate: rank === 3,
    halo: true,
    area: areaAt(side),
    id,
    note: noted ? rows.length - 1 : -1,
  });
}

/** Return how wide a name may be: on the row of the path as wide as the step beside it. */
function roomFor(plan, id) {
  const at = plan.row.indexOf(id);
  if (at < 0) return 120;
  const next = plan.pixel.get(plan.row[at + 1]) ?? plan.pixel.get(plan.row[at - 1]);
  return next ? Math.max(54, Math.min(170, Math.abs(next.x - plan.pixel.get(id).x) - 14)) : 170;
}

/** Return where a name may stand; null where there is no room for it. */
function chooseSide(plan, id, { w, h, areaAt }) {
  const at = plan.pixel.get(id);
  const { wide } = plan.size;
  const rank = plan.rankOf(id);
  const r = radiusOf(id) * plan.scale + 5;
  const held = w + 8 < wide && at.x > 0 && at.x < wide;
  const inside = (x) => (held ? Math.max(w / 2 + 4, Math.min(wide - w / 2 - 4, x)) : x);
  const anySide = state.layout === "force" && !plan.row.includes(id);
  const sides = [
    { x: at.x, y: at.y + r },
    { x: at.x, y: at.y - r - h },
    { x: at.x + r + w / 2, y: at.y - h / 2 },
    { x: at.x - r - w / 2, y: at.y - h / 2 },
  ]
    .slice(0, anySide ? 4 : 1)
    .map(({ x, y }) => ({ x: inside(x), y }));
  const free = sides.find((one) => !collides(plan, areaAt(one)));
  if (free) return free;
  // the best connected may cover other nodes, never other names
  const hub = rank > 0 || nodes.get(id).degree > 11;
  const overNodes = hub && sides.find((one) => !plan.labels.some((label) => meets(areaAt(one), label.area)));
  return overNodes || (rank >= 2 ? sides[0] : null);
}

/** Draw the crosses of refused and denied lines, and the labels. */
export function drawLabels(context, labels) {
  context.textAlign = "center";
  context.textBaseline = "top";
  context.lineJoin = "round";
  for (const id of shown.lines) {
    const line = lines.get(id);
    if (isCrossed(line.status)) drawCross(context, line);
  }
  for (const label of labels) {
    context.font = label.font;
    if (label.plate) {
      context.fillStyle = ink.canvas;
      context.fillRect(label.area.x, label.area.y, label.area.w, label.area.h);
    }
    label.rows.forEach((row, at) => {
      const y = label.y + at * (label.size + 3);
      if (label.halo) {
        context.strokeStyle = ink.canvas;
        context.lineWidth = 4;
        context.strokeText(row, label.x, y);
      }
      context.fillStyle = at === label.note ? ink.muted : label.colour;
      context.fillText(row, label.x, y);
    });
  }
}

/** Return the pixel of the cross of a line: clear of its label. */
export function findCross(line) {
  const { a, b, via } = curveOf(line);
  return scene.network.canvasToDOM(pointAlong(a, b, via, scene.highlight?.lines.has(line.id) ? 0.72 : 0.5));
}

function drawCross(context, line) {
  const at = findCross(line);
  const r = Math.max(3, Math.min(6, 6 * scene.network.getScale()));
  context.strokeStyle = styleLine(line).colour;
  context.lineWidth = 1.8;
  context.beginPath();
  context.moveTo(at.x - r, at.y - r);
  context.lineTo(at.x + r, at.y + r);
  context.moveTo(at.x + r, at.y - r);
  context.lineTo(at.x - r, at.y + r);
  context.stroke();
}

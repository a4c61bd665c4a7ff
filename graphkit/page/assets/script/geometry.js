// Where nodes stand and how lines run, in the coordinates of the layout.
import { lines, nodes } from "./graph.js";
import { currentAnswer, currentPath, nodesOnRow, state } from "./state.js";

/** The place of each node; those that were moved by hand, by layout and node; the bend of each line. */
export const spot = new Map();
export const moved = new Map();
export const bends = new Map();

const CELL = 160;
const REACH = 34;
const BENDS = [0, 0.16, -0.16, 0.28, -0.28, 0.42, -0.42, 0.56, -0.56, 0.7, -0.7];

export const radiusOf = (id) => (nodesOnRow().includes(id) ? 17 : 11 + Math.min(5, Math.sqrt(nodes.get(id).degree)));

/** Place all nodes as the layout says, those of the path on its row, and bend the lines around them. */
export function placeNodes() {
  for (const node of nodes.values()) {
    const [x, y] = node[state.layout];
    spot.set(node.id, moved.get(state.layout + node.id) || { x, y });
  }
  if (state.layout === "layered" && nodesOnRow().length) {
    const { row, nodes: members } = currentAnswer().paths[state.path ?? state.row ?? 0];
    members.forEach((id, at) => {
      if (!moved.has(`layered${id}`)) spot.set(id, { x: row[at], y: 0 });
    });
  }
  bendLines();
}

/** Return the control point of a bent line: vis-network's own rule for curvedCW (bend > 0) and curvedCCW. */
function controlPoint(a, b, bend) {
  if (!bend) return null;
  const reach = (0.5 * Math.abs(bend) + 0.5) * Math.hypot(b.x - a.x, b.y - a.y);
  const angle = Math.atan2(a.y - b.y, b.x - a.x) + (0.5 * bend + 0.5) * Math.PI;
  return { x: a.x + reach * Math.sin(angle), y: a.y + reach * Math.cos(angle) };
}

/** Return the point at the share t of a line. */
export function pointAlong(a, b, through, t) {
  const middle = through || { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const [u, v, w] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
  return { x: u * a.x + v * middle.x + w * b.x, y: u * a.y + v * middle.y + w * b.y };
}

/** Return the ends of a line and its control point, null where it is straight. */
export function curveOf(line) {
  const [a, b] = [spot.get(line.from), spot.get(line.to)];
  return { a, b, via: controlPoint(a, b, bends.get(line.id) || 0) };
}

const cellOf = (x, y) => `${Math.floor(x / CELL)},${Math.floor(y / CELL)}`;
const groupBy = (list, keyOf) => {
  const found = new Map();
  for (const one of list) {
    const key = keyOf(one);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(one);
  }
  return found;
};

/** Return a function that lists the nodes near a point. */
function indexNodes() {
  const cells = groupBy([...spot.keys()], (id) => cellOf(spot.get(id).x, spot.get(id).y));
  const offsets = [0, 0, REACH, REACH, -REACH, REACH, REACH, -REACH, -REACH, -REACH];
  return ({ x, y }) => {
    const found = new Set();
    for (let at = 0; at < offsets.length; at += 2) {
      for (const id of cells.get(cellOf(x + offsets[at], y + offsets[at + 1])) ?? []) found.add(id);
    }
    return found;
  };
}

/** Count the nodes that a line would run through with a bend. */
function countHits(line, bend, nodesNear) {
  const [a, b] = [spot.get(line.from), spot.get(line.to)];
  const through = controlPoint(a, b, bend);
  const steps = Math.max(6, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / 22));
  const found = new Set();
  for (let step = 1; step < steps; step += 1) {
    const at = pointAlong(a, b, through, step / steps);
    for (const id of nodesNear(at)) {
      if (id === line.from || id === line.to) continue;
      const other = spot.get(id);
      if (Math.hypot(other.x - at.x, other.y - at.y) < radiusOf(id) + 12) found.add(id);
    }
  }
  return found.size;
}

/** Bend the lines that would run through a third node, or over a line between the same ends. */
function bendLines() {
  const nodesNear = indexNodes();
  const onPath = new Set((currentPath()?.steps ?? []).flatMap((step) => step.lines.slice(0, 1)));
  const pairs = groupBy([...lines.values()], (line) => [line.from, line.to].sort().join());
  for (const group of pairs.values()) {
    const free = new Set(BENDS);
    group.sort((one, other) => onPath.has(other.id) - onPath.has(one.id));
    for (const line of group) {
      const straight = onPath.has(line.id) && free.has(0);
      const best = straight ? 0 : chooseBend(line, free, nodesNear);
      if (free.size > 1) free.delete(best);
      bends.set(line.id, best * sideOf(line));
    }
  }
}

const sideOf = (line) => (line.from < line.to ? 1 : -1);

function chooseBend(line, free, nodesNear) {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const bend of free) {
    const count = countHits(line, bend * sideOf(line), nodesNear);
    if (count < least) [best, least] = [bend, count];
    if (!count) break;
  }
  return best;
}

/** Return how far a point is from a line. */
export function distanceTo(line, point) {
  const { a, b, via } = curveOf(line);
  let least = Number.POSITIVE_INFINITY;
  let before = a;
  for (let step = 1; step <= 16; step += 1) {
    const at = pointAlong(a, b, via, step / 16);
    const [dx, dy] = [at.x - before.x, at.y - before.y];
    const share = ((point.x - before.x) * dx + (point.y - before.y) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.max(0, Math.min(1, share));
    least = Math.min(least, Math.hypot(point.x - before.x - t * dx, point.y - before.y - t * dy));
    before = at;
  }
  return least;
}

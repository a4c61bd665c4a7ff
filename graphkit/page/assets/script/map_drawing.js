// The drawing of the map: the outline, a dot for each place, the steps of a path as numbered arcs.
import { data, say } from "./data.js";
import { svg } from "./elements.js";
import { pointAlong } from "./geometry.js";
import { nameOf } from "./graph.js";
import { meets } from "./labels.js";
import { BASE_FONT } from "./looks.js";
import { findPlaces, isMapped, listLegs, listPlaces, world } from "./map_steps.js";
import { breakText } from "./path_drawing.js";

const CLOSEST = 440; // units that a map shows at least: closer the outline is too coarse
const near = (value) => Number(value.toFixed(1));
const measure = document.createElement("canvas").getContext("2d");

/** Return the part of the map to show, in its units: around some spots, in the shape of the room for it. */
function frameSpots(spots, wide, high) {
  const [xs, ys] = [spots.map((one) => one.x), spots.map((one) => one.y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const room = spots.length
    ? Math.max(CLOSEST, (right - left) * 1.5, (bottom - top) * 1.7 * (wide / high))
    : world.width;
  const width = Math.min(world.width, room);
  const height = Math.min((width * high) / wide, world.height);
  const within = (middle, size, end) => Math.max(0, Math.min(end - size, middle - size / 2));
  return {
    x: within((left + right) / 2 || world.width / 2, width, world.width),
    y: within((top + bottom) / 2 - height * 0.04 || world.height / 2, height, world.height),
    width,
    height,
    wide,
    scale: Math.max(width / wide, height / high),
  };
}

/** Return the map as a drawing for so many pixels: of a path, or of all that is shown. */
export function drawMap(path, wide, high) {
  const legs = path ? listLegs(path).filter((leg) => leg.drawn) : [];
  const stops = path
    ? listStops(path, legs)
    : listPlaces()
        .filter(([place]) => isMapped(place))
        .map(([place, told]) => [place, [...new Set(told.map((one) => one.id))]]);
  const frame = frameSpots(
    stops.map(([place]) => place),
    wide,
    high,
  );
  const taken = stops.map(([place]) => boxAround(place.x, place.y, 9 * frame.scale, 9 * frame.scale));
  const arcs = joinLegs(legs.filter((leg) => !leg.here)).map((arc) => drawArc(arc, frame, taken));
  const { scale } = frame;
  return svg(
    "svg",
    {
      class: "world",
      viewBox: [frame.x, frame.y, frame.width, frame.height].map(near).join(" "),
      role: "img",
      "aria-label": say("map.label"),
    },
    svg("path", { class: "land", d: world.land, "stroke-width": near(0.6 * scale) }),
    svg("path", { class: "border", d: world.borders, "stroke-width": near(0.8 * scale) }),
    arcs.map((arc) => arc.lines),
    stops.map(([place, ids]) => drawDot(place, ids, path, scale)),
    stops.map(([place, ids, here]) => drawName(place, ids, { here, path, frame, taken })),
    arcs.map((arc) => arc.badge),
  );
}

const boxAround = (x, y, w, h) => ({ x: x - w / 2, y: y - h / 2, w, h });

/** Return the places of a path with its nodes and the numbers of the steps that stay there. */
function listStops(path, legs) {
  const stops = new Map();
  for (const id of path.nodes) {
    const place = findPlaces(id)?.place;
    if (isMapped(place)) stops.set(place, [...(stops.get(place) ?? []), id]);
  }
  const staying = (place) => legs.filter((leg) => leg.here && leg.from.place === place).map((leg) => leg.number);
  return [...stops].map(([place, ids]) => [place, ids, staying(place)]);
}

/** Return steps between the same two places as one arc, which is dashed where one of them is not confirmed. */
function joinLegs(legs) {
  const arcs = new Map();
  for (const leg of legs) {
    const ends = `${leg.from.place.key} ${leg.to.place.key}`;
    const arc = arcs.get(ends) ?? { from: leg.from.place, to: leg.to.place, numbers: [], dashed: false };
    arc.numbers.push(leg.number);
    arc.dashed ||= !leg.confirmed || leg.step.status !== "done";
    arcs.set(ends, arc);
  }
  return [...arcs.values()];
}

/** Return an arc with the head of its arrow, and its number on it. */
function drawArc({ from, to, numbers, dashed }, { scale }, taken) {
  const far = Math.hypot(to.x - from.x, to.y - from.y);
  const lift = Math.max(0.2 * far, 22 * scale);
  const via = {
    x: (from.x + to.x) / 2 + ((to.y - from.y) / (far || 1)) * lift * 0.5,
    y: (from.y + to.y) / 2 - (Math.abs(to.x - from.x) / (far || 1)) * lift,
  };
  const [end, behind] = [
    pointAlong(from, to, via, Math.max(0.5, 1 - (7 * scale) / (far || 1))),
    pointAlong(from, to, via, 0.8),
  ];
  const angle = Math.atan2(end.y - behind.y, end.x - behind.x);
  const wing = (by) =>
    `${near(end.x - 9 * scale * Math.cos(angle + by))} ${near(end.y - 9 * scale * Math.sin(angle + by))}`;
  const text = numbers.join(", ");
  const w = (12 + 7 * text.length) * scale;
  const spots = [0.5, 0.4, 0.6, 0.3].map((t) => pointAlong(from, to, via, t));
  const place =
    spots.find(({ x, y }) => !taken.some((other) => meets(boxAround(x, y, w, 18 * scale), other))) ?? spots[0];
  taken.push(boxAround(place.x, place.y, w, 18 * scale));
  return {
    lines: [
      svg("path", {
        class: "arc",
        d: `M${near(from.x)} ${near(from.y)}Q${near(via.x)} ${near(via.y)} ${near(end.x)} ${near(end.y)}`,
        "stroke-width": near(2 * scale),
        "stroke-dasharray": dashed ? `${near(6 * scale)} ${near(5 * scale)}` : null,
        "data-steps": text,
      }),
      svg("path", { class: "tip", d: `M${near(end.x)} ${near(end.y)}L${wing(0.42)}L${wing(-0.42)}Z` }),
    ],
    badge: [
      svg("rect", {
        class: "number",
        x: near(place.x - w / 2),
        y: near(place.y - 9 * scale),
        width: near(w),
        height: near(18 * scale),
        rx: near(9 * scale),
        "stroke-width": near(1.2 * scale),
      }),
      svg(
        "text",
        {
          class: "digits",
          x: near(place.x),
          y: near(place.y + 4.2 * scale),
          "font-size": near(12 * scale),
          "text-anchor": "middle",
        },
        text,
      ),
    ],
  };
}

function drawDot(place, ids, path, scale) {
  const r = path ? 5 : Math.min(13, 3 + 1.6 * Math.sqrt(ids.length));
  return svg(
    "circle",
    { class: "place", cx: near(place.x), cy: near(place.y), r: near(r * scale), "stroke-width": near(1.5 * scale) },
    svg("title", {}, `${place.name}: ${ids.map(nameOf).join(", ")}`),
  );
}

/** Return the name of a place beside its dot, on a path with who is there; none where there is no room for it. */
function drawName(place, ids, { here, path, frame, taken }) {
  const { scale } = frame;
  const told = ids.map(nameOf).join(", ");
  const who = path && frame.wide > 520 && told !== place.name ? breakText(told, 34, 4) : [];
  if (here?.length) who.push(say("map.here", { steps: here.join(", ") }));
  const rows = [path || !ids.length ? place.name : `${place.name} ${ids.length}`, ...who];
  const w = Math.max(...rows.map((text, at) => textWidth(text, at))) * scale + 4 * scale;
  const h = (15 * rows.length + 2) * scale;
  const gap = 10 * scale;
  const sides = [
    boxAround(place.x + gap + w / 2, place.y, w, h),
    boxAround(place.x - gap - w / 2, place.y, w, h),
    boxAround(place.x, place.y + gap + h / 2, w, h),
    boxAround(place.x, place.y - gap - h / 2, w, h),
  ];
  const inside = (area) =>
    area.x >= frame.x &&
    area.y >= frame.y &&
    area.x + w <= frame.x + frame.width &&
    area.y + h <= frame.y + frame.height;
  const covered = (area) => taken.filter((other) => meets(area, other)).length;
  const [best] = sides.filter(inside).sort((one, other) => covered(one) - covered(other));
  const area = path ? (best ?? sides[2]) : best && !covered(best) ? best : null;
  if (!area) return [];
  taken.push(area);
  return rows.map((text, at) =>
    svg(
      "text",
      {
        class: at ? "with" : "where",
        x: near(area.x + 2 * scale),
        y: near(area.y + (12 + 15 * at) * scale),
        "font-size": near((at ? 11.5 : 12.5) * scale),
        "stroke-width": near(3.5 * scale),
        "font-family": BASE_FONT,
        lang: data.language,
      },
      text,
    ),
  );
}

function textWidth(text, at) {
  measure.font = `${at ? 400 : 650} ${at ? 11.5 : 12.5}px ${BASE_FONT}`;
  return measure.measureText(text).width;
}

// The picture: what is shown as SVG or PNG, with title and count of sources.
import { data, describeSize, say } from "./data.js";
import { el, svg } from "./elements.js";
import { saveFile } from "./files.js";
import { shown } from "./filters.js";
import { curveOf, pointAlong, radiusOf, spot } from "./geometry.js";
import { claims, kinds, lines, nodes } from "./graph.js";
import { findCross, placeLabels } from "./labels.js";
import { drawFoot } from "./legend.js";
import { BASE_FONT, ink, isCrossed, mixColours, outlineShape } from "./looks.js";
import { box, scene, styleLine, styleNode } from "./scene.js";
import { state } from "./state.js";

const STRIP = 46;
const round = (value) => Number(value.toFixed(2));
const spotOf = (x, y) => `${round(x)} ${round(y)}`;

/** Return what is shown as a drawing of its own, with title and count of sources above it. */
export function drawPicture() {
  const [wide, high] = [box.clientWidth, box.clientHeight];
  const context = box.querySelector("canvas").getContext("2d");
  const stands = (id) => (scene.highlight?.lines.has(id) ? 1 : 0);
  const order = [...shown.lines].sort((a, b) => stands(a) - stands(b));
  const foot = drawFoot(context, wide);
  const whole = high + STRIP + foot.high;
  return svg(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width: wide,
      height: whole,
      viewBox: `0 ${-STRIP} ${wide} ${whole}`,
      "font-family": BASE_FONT,
    },
    svg("title", {}, data.title),
    svg("rect", { x: 0, y: -STRIP, width: wide, height: whole, fill: ink.canvas }),
    svg(
      "g",
      {},
      order.map((id) => pictureLine(lines.get(id))),
      [...shown.nodes].map((id) => pictureNode(nodes.get(id))),
      placeLabels(context).map(pictureLabel),
    ),
    ...pictureHead(wide),
    svg("g", { transform: `translate(0 ${high})` }, foot.drawing),
  );
}

function pictureLine(line) {
  const { a, b, via } = curveOf(line);
  const { colour, width, dashes } = styleLine(line);
  const scale = scene.network.getScale();
  const [from, to, mid] = [a, b, via].map((at) => at && scene.network.canvasToDOM(at));
  const stroke = { stroke: colour, fill: "none" };
  return [
    svg("path", {
      ...stroke,
      d: `M${spotOf(from.x, from.y)}${mid ? `Q${spotOf(mid.x, mid.y)} ` : "L"}${spotOf(to.x, to.y)}`,
      "stroke-width": round(width * Math.max(0.6, scale)),
      "stroke-dasharray": dashes ? dashes.map((dash) => round(dash * scale)).join(" ") : null,
      "data-claim": claims[line.claims[0]].id,
    }),
    svg("path", { d: outlineArrow(from, to, mid, radiusOf(line.to) * scale + 1, width), fill: colour }),
    isCrossed(line.status) ? svg("path", { ...stroke, d: outlineCross(line), "stroke-width": 1.8 }) : null,
  ];
}

/** Return the head of an arrow that ends at the edge of a node. */
function outlineArrow(from, to, mid, edge, width) {
  let t = 1;
  const tip = () => pointAlong(from, to, mid, t);
  while (t > 0.5 && Math.hypot(tip().x - to.x, tip().y - to.y) < edge) t -= 0.01;
  const end = tip();
  const behind = pointAlong(from, to, mid, Math.max(0, t - 0.03));
  const angle = Math.atan2(end.y - behind.y, end.x - behind.x);
  const size = (4 + 2.2 * width) * Math.max(0.5, scene.network.getScale());
  const wing = (by) => spotOf(end.x - size * Math.cos(angle + by), end.y - size * Math.sin(angle + by));
  return `M${spotOf(end.x, end.y)}L${wing(0.42)}L${wing(-0.42)}Z`;
}

function outlineCross(line) {
  const at = findCross(line);
  return `M${spotOf(at.x - 5, at.y - 5)}l10 10m0 -10l-10 10`;
}

function pictureNode(node) {
  const at = scene.network.canvasToDOM(spot.get(node.id));
  const { colour, chosen } = styleNode(node);
  const r = radiusOf(node.id) * scene.network.getScale();
  return svg(
    "path",
    {
      d: outlineShape(kinds.get(node.kind).shape, round(at.x), round(at.y), round(r)),
      fill: node.generic ? mixColours(colour, ink.canvas, 0.55) : colour,
      stroke: chosen ? ink.text : node.generic ? colour : "none",
      "stroke-width": chosen ? 2 : 1,
      "data-node": node.key,
    },
    svg("title", {}, node.name),
  );
}

function pictureLabel(label) {
  const { x, y, w, h } = label.area;
  const halo = label.halo ? { stroke: ink.canvas, "stroke-width": 3, "paint-order": "stroke" } : {};
  return [
    label.plate
      ? svg("rect", { x: round(x), y: round(y), width: round(w), height: round(h), fill: ink.canvas })
      : null,
    label.rows.map((row, at) =>
      svg(
        "text",
        {
          ...halo,
          x: round(label.x),
          y: round(label.y + at * (label.size + 3) + label.size * 0.86),
          "text-anchor": "middle",
          "font-size": label.size,
          "font-weight": label.weight,
          fill: at === label.note ? ink.muted : label.colour,
        },
        row,
      ),
    ),
  ].flat();
}

function pictureHead(wide) {
  const documents = new Set([...shown.claims].map((claim) => claim.document)).size;
  const size = { nodes: shown.nodes.size, lines: shown.lines.size, claims: shown.claims.size, documents };
  const date = state.day ? ` · ${say(`date.by_${state.mode}`)} ${state.day}` : "";
  const text = (y, attributes, words) => svg("text", { x: 16, y: y - STRIP, ...attributes }, words);
  return [
    svg("rect", { x: 0, y: -STRIP, width: wide, height: STRIP, fill: ink.canvas }),
    text(20, { "font-size": 15, "font-weight": 700, fill: ink.text }, data.title),
    text(38, { "font-size": 11, fill: ink.muted }, describeSize(size) + date),
  ];
}

// a name may hold what XML forbids
const serialise = (drawing) =>
  new XMLSerializer().serializeToString(drawing).replace(/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "");

const svgBlob = (drawing) =>
  new Blob(['<?xml version="1.0" encoding="UTF-8"?>\n', serialise(drawing)], { type: "image/svg+xml" });

/** Save the picture as a file. */
export function saveSvg() {
  saveFile(svgBlob(drawPicture()), "svg");
}

/** Save the picture at twice its size. */
export function savePng() {
  const drawing = drawPicture();
  const [wide, high] = [Number(drawing.getAttribute("width")), Number(drawing.getAttribute("height"))];
  const url = URL.createObjectURL(svgBlob(drawing));
  const image = new Image();
  image.addEventListener("load", () => {
    const canvas = el("canvas", { width: wide * 2, height: high * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, wide * 2, high * 2);
    URL.revokeObjectURL(url);
    canvas.toBlob((blob) => {
      if (blob) saveFile(blob, "png");
    });
  });
  image.src = url;
}

// Colours and shapes: of kinds and lines as looks.json says, of the theme as page.css says.
import { data } from "./data.js";
import { kinds } from "./graph.js";

export const BASE_FONT = getComputedStyle(document.body).fontFamily;
const dashes = new Map(Object.entries(data.dashes));
const crossed = new Set(["refused", "negated"]);

/** Return the dashes of a status, null where its line is drawn through. */
export const lineDashes = (status) => dashes.get(status) ?? null;

/** Say whether lines of a status carry a cross: nobody asserts that they hold. */
export const isCrossed = (status) => crossed.has(status);

/** The colours of the theme at hand. */
export const ink = {};

/** Read the colours of the theme from the style sheet. */
export function readInk() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  for (const name of ["canvas", "text", "muted", "line", "accent", "faint", "cross"]) ink[name] = read(name);
  ink.dark = read("dark") === "1";
}

/** Return `share` of one hex colour mixed with the rest of another. */
export function mixColours(one, other, share) {
  const parts = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const [a, b] = [parts(one), parts(other)];
  const mixed = a.map((value, at) => Math.round(value * share + b[at] * (1 - share)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Return the colour of a kind in the theme at hand. */
export function colourOf(kind) {
  const { colour } = kinds.get(kind);
  return ink.dark ? mixColours(colour, "#ffffff", 0.58) : colour;
}

const polygon = (points) => `M${points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}Z`;

/** Return the SVG path of a shape as vis-network draws it, around x and y with radius r. */
export function outlineShape(shape, x, y, r) {
  const turn = (count, start, far) =>
    Array.from({ length: count }, (_, at) => {
      const angle = start + (at * 2 * Math.PI) / count;
      return [x + far(at) * Math.cos(angle), y + far(at) * Math.sin(angle)];
    });
  const corners = (list) => polygon(list.map(([right, down]) => [x + right * r, y + down * r]));
  const triangle = (up) => {
    const base = y + up * (0.275 * 1.15 * r + (Math.sqrt(3) / 6) * 2.3 * r);
    const apex = base - up * Math.sqrt(3) * 1.15 * r;
    return polygon([
      [x, apex],
      [x + 1.15 * r, base],
      [x - 1.15 * r, base],
    ]);
  };
  const outlines = new Map([
    // biome-ignore format: the four corners in a row each
    ["square", () => corners([[-1, -1], [1, -1], [1, 1], [-1, 1]])],
    // biome-ignore format: as above
    ["diamond", () => corners([[0, 1], [1, 0], [0, -1], [-1, 0]])],
    ["hexagon", () => polygon(turn(6, 0, () => r))],
    ["star", () => polygon(turn(10, -Math.PI / 2, (at) => 0.82 * r * (at % 2 ? 0.5 : 1.3)))],
    ["triangle", () => triangle(1)],
    ["triangleDown", () => triangle(-1)],
  ]);
  const circle = () => `M${x - r} ${y}A${r} ${r} 0 1 0 ${x + r} ${y}A${r} ${r} 0 1 0 ${x - r} ${y}Z`;
  return (outlines.get(shape) ?? circle)();
}

// The drawing at hand, and how a line and a node look in it.
import { $ } from "./elements.js";
import { shown } from "./filters.js";
import { colourOf, ink, isCrossed, lineDashes, mixColours } from "./looks.js";
import { state } from "./state.js";

export const box = $("graph");

/** The network of vis-network, the items that are highlighted (null: all), the node under the pointer, the labels. */
export const scene = { network: null, highlight: null, hovered: null, labels: [] };

/** Return the colour, width and dashes of a line. */
export function styleLine(line) {
  const on = scene.highlight?.lines.has(line.id);
  const away = scene.highlight && !on;
  const width = state.line === line.id ? 3.4 : on ? 2 : away ? 1 : 1.2;
  return { colour: lineColour(line, on, away), width, dashes: lineDashes(line.style) || false };
}

function lineColour(line, on, away) {
  if (away) return ink.faint;
  if (on) return ink.accent;
  if (isCrossed(line.status)) return ink.cross;
  return shown.lines.size > 200 ? mixColours(ink.line, ink.canvas, 0.55) : ink.line;
}

/** Return the colour of a node, and whether it is chosen. */
export function styleNode(node) {
  const away = scene.highlight && !scene.highlight.nodes.has(node.id);
  const colour = colourOf(node.kind);
  return { colour: away ? mixColours(colour, ink.canvas, 0.26) : colour, chosen: state.node === node.id };
}

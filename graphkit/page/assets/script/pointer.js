// The pointer: a click chooses the node or the nearest line, a drag moves a node.
import { drawGraph } from "./drawing.js";
import { shown } from "./filters.js";
import { distanceTo, moved, placeNodes } from "./geometry.js";
import { lines } from "./graph.js";
import { go } from "./navigation.js";
import { box, scene } from "./scene.js";
import { state } from "./state.js";

/** Return the ids of the lines within reach of a pixel, the nearest first. */
function findLinesAt(at) {
  const point = scene.network.DOMtoCanvas(at);
  const reach = 9 / scene.network.getScale();
  const stands = (id) => (scene.highlight?.lines.has(id) ? 0 : 1);
  return [...shown.lines]
    .map((id) => [distanceTo(lines.get(id), point), id])
    .filter(([distance]) => distance < reach)
    .sort(([one, a], [other, b]) => one - other || stands(a) - stands(b))
    .map(([, id]) => id);
}

function chooseAt(at) {
  const node = scene.network.getNodeAt(at);
  scene.network.unselectAll();
  if (node !== undefined) return go({ node, line: null });
  const [line, ...under] = findLinesAt(at);
  return go({ line: line ?? null, node: null, under: under.slice(0, 5) });
}

function moveNodes(held) {
  for (const id of held) moved.set(state.layout + id, scene.network.getPosition(id));
  scene.network.unselectAll();
  if (!held.length) return;
  placeNodes();
  drawGraph();
}

function hoverOver(node) {
  scene.hovered = node;
  box.classList.toggle("pointing", node !== null);
  scene.network.redraw();
}

/** Let the pointer act on the drawing. */
export function buildPointer() {
  scene.network.on("click", ({ pointer }) => chooseAt(pointer.DOM));
  scene.network.on("dragEnd", ({ nodes: held }) => moveNodes(held));
  scene.network.on("hoverNode", ({ node }) => hoverOver(node));
  scene.network.on("blurNode", () => hoverOver(null));
  let waiting = false;
  box.addEventListener("pointermove", (event) => {
    if (waiting || event.buttons) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const frame = box.getBoundingClientRect();
      const near = findLinesAt({ x: event.clientX - frame.left, y: event.clientY - frame.top });
      box.classList.toggle("pointing", scene.hovered !== null || near.length > 0);
    });
  });
}

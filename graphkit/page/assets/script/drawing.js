// The drawing: nodes and lines through vis-network, labels on top, and what part of it is in view.
import { data } from "./data.js";
import { $ } from "./elements.js";
import { findHighlight, shown } from "./filters.js";
import { bends, radiusOf, spot } from "./geometry.js";
import { kinds, lines, nodes } from "./graph.js";
import { drawLabels, placeLabels } from "./labels.js";
import { ink, mixColours } from "./looks.js";
import { box, scene, styleLine, styleNode } from "./scene.js";
import { currentPath } from "./state.js";

const nodeSet = new vis.DataSet();
const lineSet = new vis.DataSet();
const sent = new Map();

/** Draw what is shown; only items that changed are sent to vis-network. */
export function drawGraph() {
  scene.highlight = findHighlight();
  const changed = (item) => {
    const text = JSON.stringify(item);
    const differs = sent.get(item.id) !== text;
    sent.set(item.id, text);
    return differs;
  };
  const nodeItems = [...nodes.values()].map(drawNode).filter(changed);
  const lineItems = [...lines.values()].map(drawLine).filter(changed);
  if (nodeItems.length) nodeSet.update(nodeItems);
  if (lineItems.length) lineSet.update(lineItems);
  if (!scene.network) createNetwork();
  scene.network.redraw();
}

function drawNode(node) {
  const { colour, chosen } = styleNode(node);
  return {
    id: node.id,
    ...spot.get(node.id),
    hidden: !shown.nodes.has(node.id),
    size: radiusOf(node.id),
    shape: kinds.get(node.kind).shape,
    borderWidth: chosen ? 3 : node.generic ? 1.5 : 0,
    shapeProperties: { borderDashes: node.generic && !chosen ? [3, 2] : false },
    color: {
      background: node.generic ? mixColours(colour, ink.canvas, 0.55) : colour,
      border: chosen ? ink.text : colour,
    },
  };
}

function drawLine(line) {
  const { colour, width, dashes } = styleLine(line);
  const bent = bends.get(line.id) || 0;
  return {
    id: line.id,
    from: line.from,
    to: line.to,
    hidden: !shown.lines.has(line.id),
    width,
    dashes,
    color: { color: colour, highlight: colour, hover: colour, inherit: false },
    smooth: bent
      ? { enabled: true, type: bent > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(bent) }
      : { enabled: false },
  };
}

function createNetwork() {
  scene.network = new vis.Network(
    box,
    { nodes: nodeSet, edges: lineSet },
    {
      ...data.options,
      layout: { improvedLayout: false },
      interaction: {
        hover: true,
        hoverConnectedEdges: false,
        selectConnectedEdges: false,
        selectable: true,
        keyboard: false,
        tooltipDelay: 1e9,
        hideEdgesOnDrag: lines.size > 1000,
        hideEdgesOnZoom: lines.size > 1000,
      },
      nodes: { chosen: false, labelHighlightBold: false, borderWidthSelected: 3 },
      edges: {
        chosen: false,
        selectionWidth: 0,
        hoverWidth: 0,
        arrows: { to: { enabled: true, scaleFactor: 0.55 } },
        arrowStrikethrough: false,
        selfReference: { size: 16 },
      },
    },
  );
  scene.network.on("afterDrawing", (context) => {
    const { canvas } = context;
    const ratio = canvas.width / (canvas.clientWidth || 1);
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    scene.labels = placeLabels(context);
    drawLabels(context, scene.labels);
    context.restore();
  });
  new ResizeObserver(() => {
    if (!box.clientWidth) return;
    scene.network.setSize("100%", "100%");
    scene.network.redraw();
  }).observe(box);
}

/** Return how much of the drawing's edge something lies over, with its distance from it. */
const coverOf = (id) => ($(id).offsetHeight ? $(id).offsetHeight + 14 : 0);

/** Bring nodes into view, all that are shown without any named. */
export function fitView(ids) {
  const points = [...(ids || shown.nodes)].map((id) => spot.get(id));
  if (!points.length || !box.clientWidth) return;
  const [xs, ys] = [points.map((at) => at.x), points.map((at) => at.y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const side = box.clientWidth < 520 ? 44 : 78;
  const across = (box.clientWidth - 2 * side) / Math.max(1, right - left);
  const [above, below] = [28 + coverOf("note"), 58 + coverOf("count")];
  const down = (box.clientHeight - above - below) / Math.max(1, bottom - top);
  const scale = Math.max(0.05, Math.min(1.3, across, down));
  const aside = (below - above) / 2 / scale;
  scene.network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 + aside }, scale });
}

/** Bring everything into view; on a phone the path, which would be too small otherwise. */
export function resetView() {
  fitView(box.clientWidth < 520 ? currentPath()?.nodes : null);
}

/** Bring a node and what is highlighted with it into view, unless all of it is there already. */
export function revealNode(id) {
  const around = [...(scene.highlight ? scene.highlight.nodes : [id])];
  const inside = around.every((one) => {
    const at = scene.network.canvasToDOM(spot.get(one));
    return at.x > 20 && at.y > 20 && at.x < box.clientWidth - 20 && at.y < box.clientHeight - 40;
  });
  if (!inside || scene.network.getScale() < 0.5) fitView(around);
}

// The start: builds the parts in the order in which they stand on the page, and shows what the address asks for.

import { data, describeSize, say } from "./data.js";
import { resetView, revealNode } from "./drawing.js";
import { $ } from "./elements.js";
import { shown } from "./filters.js";
import { bends, curveOf, pointAlong, spot } from "./geometry.js";
import { byKey, claims, lineOfClaim, lines, nameOf, nodes } from "./graph.js";
import { buildHead } from "./head.js";
import { buildKeys } from "./keys.js";
import { readHash } from "./links.js";
import { buildMap, updateMap } from "./map.js";
import { updateMatrix } from "./matrix.js";
import { listCells } from "./matrix_rows.js";
import { addPart, render } from "./navigation.js";
import { updatePanel } from "./panel.js";
import { buildPointer } from "./pointer.js";
import { buildPrint } from "./print.js";
import { buildRail, updateRail } from "./rail.js";
import { scene } from "./scene.js";
import { buildSearch } from "./search.js";
import { currentAnswer, state } from "./state.js";
import { updateTable } from "./table.js";
import { buildTools, updateTools } from "./tools.js";

function showAddress() {
  readHash();
  if (render()) resetView();
  if (state.node) revealNode(state.node);
}

$("app").hidden = false;
buildHead();
buildTools();
buildRail();
buildSearch();
buildKeys();
buildPrint();
buildMap();
for (const update of [updateRail, updatePanel, updateTable, updateMatrix, updateMap, updateTools]) addPart(update);
const size = { nodes: nodes.size, lines: lines.size, claims: claims.length, documents: data.documents.length };
$("summary").textContent = describeSize(size);
$("note").textContent = say("note.large", size);
$("note").hidden = !data.noted;
showAddress();
buildPointer();
addEventListener("hashchange", showAddress);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", render);

/** Where things are on the screen, for tests and the console. */
window.graphkit = Object.freeze({
  nodeAt: (key) => scene.network.canvasToDOM(spot.get(byKey.get(key))),
  lineAt: (claim, t) => {
    const { a, b, via } = curveOf(lines.get(lineOfClaim.get(claim)));
    return scene.network.canvasToDOM(pointAlong(a, b, via, t));
  },
  labels: () => scene.labels.map((text) => ({ text: text.rows.join(" "), ...text.area })),
  straight: (claim) => !bends.get(lineOfClaim.get(claim)),
  alone: () =>
    [...shown.nodes].filter((id) => !nodes.get(id).lines.some((line) => shown.lines.has(line.id))).map(nameOf),
  answer: () => currentAnswer(),
  cells: () => listCells(),
  shown: () => ({ nodes: shown.nodes.size, lines: shown.lines.size, claims: shown.claims.size }),
});
document.documentElement.dataset.ready = "yes";

// Print: a path as a paper of its own; the matrix; of another page the drawing, the panel and a page of claims.
import { data, say } from "./data.js";
import { $, el } from "./elements.js";
import { render } from "./navigation.js";
import { drawPicture } from "./picture.js";
import { buildPrintedMatrix } from "./print_matrix.js";
import { buildPrintedPath } from "./print_path.js";
import { box } from "./scene.js";
import { currentPath, state } from "./state.js";
import { buildTable, listClaims, PAGE } from "./table.js";

/** Return what is printed: the path at hand, else the matrix where it is shown, else what is drawn. */
function choosePaper() {
  if (currentPath()) return "path";
  return data.matrix && state.view === "matrix" ? "matrix" : "graph";
}

function buildPaper(paper) {
  if (paper === "path") return buildPrintedPath(currentPath());
  if (paper === "matrix") return [];
  const drawing = box.clientWidth ? drawPicture() : null;
  return [...(drawing ? [drawing] : []), el("h2", {}, say("table.label")), buildTable(listClaims().slice(0, PAGE))];
}

/** Put what is shown on paper, on white with all that is folded, and leave the page as it was. */
export function buildPrint() {
  let before = null;
  let folded = [];
  const root = document.documentElement;
  window.addEventListener("beforeprint", () => {
    if (before) return;
    before = { theme: state.theme, view: state.view };
    state.theme = "light";
    render();
    root.dataset.paper = choosePaper();
    $("figure").replaceChildren(...buildPaper(root.dataset.paper));
    if (root.dataset.paper === "matrix") $("matrix").append(...buildPrintedMatrix());
    folded = [...document.querySelectorAll("#app details:not([open])")];
    for (const one of folded) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    if (before) Object.assign(state, before);
    before = null;
    delete root.dataset.paper;
    $("figure").replaceChildren();
    for (const one of folded) one.open = false;
    render();
  });
}

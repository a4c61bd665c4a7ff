// Print: the drawing, the panel and a page of claims.
import { say } from "./data.js";
import { $, el } from "./elements.js";
import { render } from "./navigation.js";
import { drawPicture } from "./picture.js";
import { box } from "./scene.js";
import { state } from "./state.js";
import { buildTable, listClaims, PAGE } from "./table.js";

/** Put the drawing and the claims on paper, on white, and leave the page as it was. */
export function buildPrint() {
  let before = null;
  window.addEventListener("beforeprint", () => {
    before = { theme: state.theme, view: state.view };
    state.theme = "light";
    render();
    const drawing = box.clientWidth ? drawPicture() : null;
    $("figure").replaceChildren(
      ...(drawing ? [drawing] : []),
      el("h2", {}, say("table.label")),
      buildTable(listClaims().slice(0, PAGE)),
    );
  });
  window.addEventListener("afterprint", () => {
    if (before) Object.assign(state, before);
    $("figure").replaceChildren();
    render();
  });
}

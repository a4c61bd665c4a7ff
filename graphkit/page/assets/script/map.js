// The view of the map: the drawing, and beside it what it says in words.
import { say, word } from "./data.js";
import { $, el, foreignText, quietText } from "./elements.js";
import { buildNodeButton, statusBadge } from "./evidence.js";
import { nodes, phraseOf, phraseRelation } from "./graph.js";
import { drawMap } from "./map_drawing.js";
import { isMapped, listLegs, listPlaces, world } from "./map_steps.js";
import { currentPath, state } from "./state.js";

/** Show the map of the path at hand, else of all that is shown. */
export function updateMap() {
  if (state.view !== "map") return;
  const path = currentPath();
  const wide = Math.max(280, $("map").clientWidth);
  const high = Math.max(240, Math.min(wide * 0.56, $("map").clientHeight * 0.68 || 400));
  $("map").replaceChildren(
    drawMap(path, wide, high),
    el("div", { class: "twin" }, ...(path ? tellPath(path) : tellPlaces())),
  );
}

/** Draw the map anew when the room for it changes. */
export function buildMap() {
  if (world) new ResizeObserver(updateMap).observe($("main"));
}

/** Return what the map of a path says in words. */
export function tellPath(path) {
  return [
    el("h2", {}, say("map.steps", { n: state.path + 1 })),
    el("ol", {}, ...listLegs(path).map(tellLeg)),
    quietText(say("map.dashed"), "p"),
    quietText(say("map.credit", { credit: world.credit }), "p"),
  ];
}

/** Return where somebody is said to be: by which relation, and with which status if it is not done. */
function tellPlace(id, found) {
  if (!found) return say("map.untold");
  if (found.held) return say("map.held");
  const names = found.places.map((place) =>
    isMapped(place) ? place.name : say("map.unmapped", { place: place.name }),
  );
  return [
    found.relation && phraseRelation(found.relation, nodes.get(id).many),
    names.join(", "),
    found.status && `(${word("status", found.status)})`,
  ]
    .filter(Boolean)
    .join(" ");
}

const tellEnd = (id, found) => [buildNodeButton(id), quietText(` (${tellPlace(id, found)})`)];

function tellLeg({ step, from, to, drawn, confirmed, here }) {
  const how = !drawn ? "map.missing" : !confirmed ? "map.unconfirmed" : here ? "map.stays" : null;
  return el(
    "li",
    {},
    ...tellEnd(step.from, from),
    " ",
    el("strong", {}, phraseOf(step)),
    " ",
    ...tellEnd(step.to, to),
    " ",
    statusBadge(step.status),
    step.implied ? statusBadge("implied") : null,
    how ? foreignText("span", ` ${say(how)}`) : null,
  );
}

/** Return the places of what is shown, each with who is there. */
function tellPlaces() {
  const all = listPlaces();
  const left = all.filter(([place]) => !isMapped(place));
  return [
    el("h2", {}, say("map.places")),
    all.length ? listWho(all.filter(([place]) => isMapped(place))) : el("p", {}, say("map.none")),
    ...(left.length ? [el("h3", {}, say("map.left")), listWho(left)] : []),
    quietText(say("map.credit", { credit: world.credit }), "p"),
  ];
}

const listWho = (places) =>
  el(
    "dl",
    {},
    ...places.flatMap(([place, told]) => [
      foreignText("dt", place.name),
      el("dd", {}, el("ul", {}, ...told.map(tellWho)), told.length ? null : say("map.nobody")),
    ]),
  );

const tellWho = ({ id, relation, status }) =>
  el(
    "li",
    {},
    buildNodeButton(id),
    quietText(` ${phraseRelation(relation, nodes.get(id).many)} `),
    statusBadge(status ?? "done"),
  );

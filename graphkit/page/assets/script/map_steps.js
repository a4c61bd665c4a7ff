// Where the map puts what the page holds: a place for each node that has one, and the steps of a path between them.
import { data } from "./data.js";
import { shown } from "./filters.js";
import { lines, nodes } from "./graph.js";
import { isCrossed } from "./looks.js";

export const world = data.map ?? null;

// the mark of a step over a site of which no document says where it is
const NOT_CONFIRMED = "place not confirmed";

const standing = new Map(Object.entries(world?.at ?? {}));

/** Say whether it is known where on the outline a place lies. */
export const isMapped = (place) => place?.x !== undefined;

/** Return where a node is said to be, by which relation and status; null where nobody says. */
export function findPlaces(id) {
  const told = standing.get(id);
  if (!told) return null;
  const places = told.places.map((number) => world.places[number]);
  return { ...told, places, place: places.find(isMapped) ?? places[0] };
}

/** Return the steps of a path with their number and the places of their ends; a chip is where its site is. */
export function listLegs(path) {
  return path.steps.map((step, at) => {
    const from = findPlaces(step.from);
    const held = nodes.get(step.to).kind === "Chip" && nodes.get(step.from).kind === "Datacenter";
    const to = held ? from && { places: from.places, place: from.place, held } : findPlaces(step.to);
    const drawn = isMapped(from?.place) && isMapped(to?.place);
    const confirmed = drawn && !step.marks?.includes(NOT_CONFIRMED) && !from.status && !to.status;
    return { number: at + 1, step, from, to, drawn, confirmed, here: drawn && from.place === to.place };
  });
}

/** Return the places of what is shown, each with who is there, by which relation and status; the fullest first. */
export function listPlaces() {
  const found = new Map();
  const add = (place, id, { relation, status }) => {
    const told = found.get(place) ?? new Map();
    if (relation) told.set(`${id} ${relation} ${status}`, { id, relation, status });
    found.set(place, told);
  };
  for (const id of shown.nodes) for (const place of findPlaces(id)?.places ?? []) add(place, id, findPlaces(id));
  for (const line of [...shown.lines].map((id) => lines.get(id))) {
    const place = world.relations.includes(line.relation) && !isCrossed(line.status) && findPlaces(line.to)?.place;
    const status = line.status === "done" ? undefined : line.status;
    if (place) add(place, line.from, { relation: line.relation, status });
  }
  return [...found]
    .map(([place, told]) => [place, [...told.values()]])
    .sort(([a, one], [b, other]) => other.length - one.length || a.name.localeCompare(b.name, data.language));
}

// The panel of an answer without paths: how far the search went, and what came nearest.
import { buildCompliance, buildNearMisses, buildNotes, buildQuestion, buildUnnamed } from "./beside.js";
import { say, word, words } from "./data.js";
import { el, foreignText } from "./elements.js";
import { badges, buildHeading } from "./evidence.js";
import { currentAnswer } from "./state.js";
import { buildTimeline } from "./timeline.js";

const MOST_NAMES = 20;

function describeSearch(searched) {
  if (searched.claims === undefined) return say("answer.searched.short", { hops: searched.max_hops });
  const statuses = (searched.statuses ?? []).map((status) => word("status", status)).join(", ");
  return say("answer.searched", { hops: searched.max_hops, claims: searched.claims, statuses });
}

/** Return the panel of an answer without paths. */
export function buildNegativePanel() {
  const { buyer, chip, searched = {}, negative, fault } = currentAnswer();
  const why = negative ?? {};
  const names = (key) =>
    why[key]?.length
      ? [el("h3", {}, say(`answer.${key}`)), foreignText("p", why[key].slice(0, MOST_NAMES).join(", "))]
      : [];
  const misses = (why.near_misses ?? []).filter((miss) => miss.reasons.length || miss.steps.length);
  return [
    ...buildHeading(
      word("kind", chip.kind || "Chip"),
      foreignText("span", say("path.named", { from: buyer.name, to: chip.name })),
    ),
    fault ? foreignText("p", fault, { class: "weak" }) : null,
    fault ? null : el("p", { class: "weak" }, words.get(`answer.outcome.${why.outcome}`) ?? say("answer.none")),
    badges(...buildQuestion()),
    fault ? null : el("p", {}, describeSearch(searched)),
    searched.truncated ? el("p", {}, say("answer.truncated")) : null,
    ...buildUnnamed(),
    ...buildNearMisses(misses, say("answer.near")),
    ...buildCompliance(),
    ...["holders", "reached", "unnamed"].flatMap(names),
    ...buildNotes(),
    ...buildTimeline(),
  ];
}

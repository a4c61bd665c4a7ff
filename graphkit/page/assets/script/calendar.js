// The date in the rail: a slider that stops where something changes, a field for any day, and what is known then.

import { answerOn, hasPaths, recordOn } from "./answers.js";
import { countOf, data, say } from "./data.js";
import { addDays, calendars, isDay } from "./dates.js";
import { $, el, svg } from "./elements.js";
import { shown } from "./filters.js";
import { claims } from "./graph.js";
import { filterBy } from "./navigation.js";
import { moveTo, state } from "./state.js";

const MODES = ["on", "known"];
const current = () => calendars.get(state.mode);

/** Return the number of the stop whose time a day is of, -1 before the first. */
const findStop = (day) => current().stops.findLastIndex((from) => from <= day);

/** Build the field of the date; nothing where no date bears on the page. */
export function buildCalendar() {
  const offered = MODES.filter((mode) => calendars.get(mode));
  if (!offered.length) return data.answers.length ? [el("p", { class: "quiet" }, say("date.fixed"))] : [];
  const slide = el("input", {
    type: "range",
    id: "date",
    min: 0,
    step: 1,
    "aria-label": say("date.label"),
    input: () => filterBy(() => moveTo({ day: current().stops[Number(slide.value)] ?? null })),
  });
  const field = el("input", {
    type: "date",
    id: "day",
    "aria-label": say("date.day"),
    change: () => filterBy(() => moveTo({ day: isDay(field.value) ? field.value : null })),
  });
  const radios = offered.map((mode) =>
    el(
      "label",
      { class: "mode" },
      el("input", { type: "radio", name: "mode", value: mode, change: () => filterBy(() => moveTo({ mode })) }),
      say(`date.by_${mode}`),
    ),
  );
  return [
    el(
      "fieldset",
      { id: "dates", "data-group": "date" },
      el("legend", {}, say("date.label")),
      el("div", { class: "modes", role: "radiogroup", "aria-label": say("date.mode") }, ...radios),
      el("output", { id: "date-shown", for: "date" }),
      el("div", { id: "bars" }),
      slide,
      el("div", { class: "ends" }, el("span", { id: "date-first" }), el("span", { id: "date-last" })),
      field,
    ),
  ];
}

/** Say whether a pair has a path on a day, and is asked about then. */
function isFound(at, day) {
  const whole = recordOn(data.matrix.whole, state.mode, day);
  const [buyer, chip] = data.matrix.pairs[at];
  const asks = (list, places, id) => !places || places.some((place) => list[place].id === id);
  const { buyers, chips } = data.matrix;
  if (whole.fault || !asks(buyers, whole.buyers, buyer) || !asks(chips, whole.chips, chip)) return false;
  return hasPaths(data.answers[at], state.mode, day);
}

/** Return how much the page tells on a day: pairs with a path, paths, or claims. */
function countOn(day) {
  if (data.matrix) return data.answers.filter((_, at) => isFound(at, day)).length;
  if (data.answers.length) return answerOn(state.answer, state.mode, day).paths.length;
  if (day === state.day) return shown.claims.size;
  const key = state.mode === "known" ? (claim) => [claim.known, "9999-12-31"] : (claim) => claim.days;
  return claims.filter((claim) => key(claim)?.[0] <= day && day <= key(claim)[1]).length;
}

function describeCount(n) {
  if (data.matrix) return countOf("found", n);
  return data.answers.length ? countOf("paths", n) : countOf("claims", n);
}

/** Say of what time the page is: the span of days on which nothing changes. */
export function describeDay() {
  if (!state.day) return say("date.any");
  const { stops, first, last } = current();
  if (state.day < first) return say("date.before", { day: state.day, first });
  if (state.day > last) return say("date.after", { day: state.day, last });
  const at = findStop(state.day);
  const from = stops[at];
  return stops[at + 1] ? say("date.span", { from, to: addDays(stops[at + 1], -1) }) : say("date.open", { from });
}

/** Bring the field of the date in line with the state. */
export function updateCalendar() {
  if (!$("dates")) return;
  for (const radio of document.querySelectorAll("input[name=mode]")) radio.checked = radio.value === state.mode;
  const { stops, first, last } = current();
  const outside = state.day && (state.day < first || state.day > last);
  const at = state.day ? Math.max(0, findStop(state.day)) : stops.length;
  const text = `${describeDay()}: ${describeCount(countOn(state.day))}`;
  $("date").max = String(stops.length);
  $("date").value = String(at);
  $("date").setAttribute("aria-valuetext", text);
  $("day").value = state.day ?? "";
  $("day").dataset.day = state.day ?? "";
  $("date-shown").textContent = text;
  $("date-shown").className = outside ? "outside" : "";
  $("date-first").textContent = first;
  $("date-last").textContent = last;
  drawBars(stops, at);
}

/** Draw how much is told from each stop on. */
function drawBars(stops, now) {
  const counts = stops.map(countOn);
  const most = Math.max(1, ...counts);
  $("bars").replaceChildren(
    svg(
      "svg",
      { viewBox: `0 0 ${stops.length} 24`, preserveAspectRatio: "none", "aria-hidden": "true" },
      ...counts.map((count, at) => {
        const height = count ? Math.max(3, (24 * count) / most) : 1;
        return svg("rect", { x: at, width: 0.86, y: 24 - height, height, class: at === now ? "now" : "past" });
      }),
    ),
  );
}

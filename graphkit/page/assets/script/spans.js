// The spans of a path: when each step is said to have held, when that was seen and published, and under which rules.
import { say } from "./data.js";
import { daysOf } from "./dates.js";
import { el, svg } from "./elements.js";
import { claims, documentOf, nameOf, phraseOf } from "./graph.js";
import { currentAnswer, state } from "./state.js";

const [SPAN_WIDE, SPAN_ROW, TOP, LEFT] = [320, 30, 32, 8];
const DAY_WIDE = 62; // of a day as it is told below the chart
const timeOf = (day) => Date.parse(`${day}T00:00:00Z`);

/** Return when a step is said to have held: from, to, whether each is known, and when that was seen and published. */
function readSpan(step) {
  const list = step.claims.map((number) => claims[number]);
  const first = (field, at) => list.map((claim) => daysOf(claim[field])?.[at]).filter(Boolean);
  const since = first("since", 0).sort()[0];
  const until = first("until", 1).sort().at(-1);
  const seen = first("observed", 0);
  const published = list.map((claim) => daysOf(documentOf(claim).published)?.[0]).filter(Boolean);
  const start = since ?? [...seen, ...published].sort()[0] ?? until;
  return { start, until, since, seen, published };
}

/** Return the chart of the spans: a row a step, the periods of the rules above; nothing without a date. */
export function buildSpans(path) {
  const spans = path.steps.map(readSpan);
  const days = spans.flatMap(({ start, until, seen, published }) => [start, until, ...seen, ...published]);
  const known = [...days, state.day].filter(Boolean).sort();
  if (!known.length) return [];
  const [from, to] = [timeOf(known[0]) - 40 * 864e5, timeOf(known.at(-1)) + 120 * 864e5];
  const x = (day) => LEFT + ((timeOf(day) - from) / (to - from)) * (SPAN_WIDE - 2 * LEFT);
  const inside = (at) => Math.min(SPAN_WIDE - LEFT, Math.max(LEFT, at));
  const high = TOP + SPAN_ROW * spans.length + 18;
  const periods = path.timeline ?? currentAnswer()?.timeline ?? [];
  const chart = svg(
    "svg",
    { class: "spans", viewBox: `0 0 ${SPAN_WIDE} ${high}`, role: "img", "aria-label": describeSpans(path, spans) },
    svg(
      "defs",
      {},
      svg(
        "pattern",
        { id: "hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
        svg("rect", { width: 2, height: 5, class: "hatch" }),
      ),
    ),
    ...periods.map((period) => {
      const left = period.from ? inside(x(period.from)) : LEFT;
      const right = period.to ? inside(x(period.to)) : SPAN_WIDE - LEFT;
      return svg(
        "rect",
        {
          x: left,
          y: 4,
          width: Math.max(0, right - left),
          height: 12,
          class: "law",
          "data-coverage": period.outcome,
        },
        svg("title", {}, `${period.from ?? "…"} – ${period.to ?? say("timeline.now")}: ${period.outcome}`),
      );
    }),
    ...spans.flatMap((span, at) => buildRowOf(span, path.steps[at], TOP + SPAN_ROW * at, x)),
    state.day ? svg("line", { class: "today", x1: x(state.day), x2: x(state.day), y1: 0, y2: high - 14 }) : null,
    ...buildEnds(known[0], known.at(-1), x).map(([day, at, anchor]) =>
      svg("text", { x: at, y: high - 2, class: "year", "text-anchor": anchor }, day),
    ),
  );
  return [el("figure", { class: "spanned" }, chart, el("figcaption", { class: "quiet" }, say("spans.legend")))];
}

/** Return the days to be told below the chart, the first and the last, near their places and apart from each other. */
function buildEnds(first, last, x) {
  const most = SPAN_WIDE - LEFT - DAY_WIDE;
  if (first === last) return [[first, Math.min(x(first), most), "start"]];
  const end = Math.min(most, Math.max(x(last) - DAY_WIDE / 2, x(first) + DAY_WIDE + 6));
  return [
    [first, Math.max(LEFT, Math.min(x(first), end - DAY_WIDE - 6)), "start"],
    [last, end, "start"],
  ];
}

function buildRowOf({ start, until, since, seen, published }, step, y, x) {
  const name = `${nameOf(step.from)} ${phraseOf(step)} ${nameOf(step.to)}`;
  const right = until ? x(until) : SPAN_WIDE - LEFT;
  const bar = { y: y + 6, height: 9 };
  return [
    svg("text", { x: LEFT, y: y + 2, class: "name" }, name.length > 54 ? `${name.slice(0, 53)}…` : name),
    start && since && until
      ? svg("rect", { ...bar, x: x(start), width: Math.max(2, right - x(start)), class: "held" })
      : null,
    start && since && !until
      ? svg("rect", {
          ...bar,
          x: x(start),
          width: Math.max(2, x(latest(start, seen, published)) - x(start)),
          class: "held",
        })
      : null,
    start && !(since && until)
      ? svg("rect", {
          ...bar,
          x: since ? x(latest(start, seen, published)) : x(start),
          width: Math.max(2, right - (since ? x(latest(start, seen, published)) : x(start))),
          fill: "url(#hatch)",
          class: "unknown",
        })
      : null,
    ...seen.map((day) => svg("path", { class: "seen", d: `M${x(day)} ${y + 5}V${y + 16}` })),
    ...published.map((day) => svg("circle", { class: "published", cx: x(day), cy: y + 10.5, r: 2.6 })),
  ];
}

/** Return the last day on which a claim that has begun was seen or told. */
const latest = (start, seen, published) => [start, ...seen, ...published].sort().at(-1);

/** Return the chart in words. */
const describeSpans = (path, spans) =>
  spans
    .map(({ since, until, start }, at) => {
      const step = path.steps[at];
      const held = since
        ? say("claim.open_end", { from: since })
        : start
          ? say("spans.unknown", { from: start })
          : say("claim.no_date");
      const end = until ? `, ${say("claim.until", { to: until })}` : "";
      return `${nameOf(step.from)} ${phraseOf(step)} ${nameOf(step.to)}: ${held}${end}`;
    })
    .join("; ");

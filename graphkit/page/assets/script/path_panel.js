// The panel of a path: its steps, each with its evidence and what the rules say, and what it rests on.

import { coverageOf, describeCoverage } from "./answers.js";
import { buildCompliance, buildNearMisses, buildNotes, buildQuestion, buildUnnamed, listMarks } from "./beside.js";
import { countOf, percent, say, word } from "./data.js";
import { $, button, el, foreignText, quietText } from "./elements.js";
import {
  badges,
  buildCitation,
  buildHeading,
  buildLineButton,
  buildNodeButton,
  buildNote,
  buildSourceLine,
  buildStatement,
  countEvidence,
  groupDenials,
  kindMark,
  plainBadge,
  statusBadge,
} from "./evidence.js";
import { shown } from "./filters.js";
import { buildFinding } from "./findings.js";
import { byKey, claims, describeLine, nameOf, nodes, originsOf, phraseOf } from "./graph.js";
import { go } from "./navigation.js";
import { buildSpans } from "./spans.js";
import { countPaths, currentAnswer, state } from "./state.js";
import { buildTimeline } from "./timeline.js";

// the mark of a step with no origin in common with those before
const CHANGES_HANDS = "evidence changes hands";

const lastOf = (path) => path.nodes.at(-1);
const buildNode = (id) => el("div", { class: "who" }, kindMark(nodes.get(id).kind), buildNodeButton(id));

/** Return who stands between buyer and chip, sites only where nobody else does. */
function describeRoute(path) {
  const between = path.nodes.slice(1, -1);
  const parties = between.filter((id) => nodes.get(id).kind !== "Datacenter");
  return (parties.length ? parties : between).map(nameOf).join(", ");
}

/** Return the panel of a path. */
export function buildPathPanel(path) {
  const all = currentAnswer().paths;
  const via = describeRoute(path);
  const title = say(via ? "path.named.via" : "path.named", {
    from: nameOf(path.nodes[0]),
    to: nameOf(lastOf(path)),
    via,
  });
  const steps = path.steps.length;
  const tab = all.length > 1 ? { id: "steps", role: "tabpanel", "aria-labelledby": `tab${state.path}` } : {};
  return [
    ...buildHeading(
      say(steps === 1 ? "path.kicker.one" : "path.kicker", { n: state.path + 1, all: countPaths(), steps }),
      foreignText("span", title),
    ),
    buildSummary(path),
    buildChoices(all),
    badges(
      plainBadge(word("evidence", path.evidence)),
      statusBadge(path.status),
      plainBadge(say("path.confidence", { n: percent(path.confidence) })),
      path.holding ? plainBadge(say("path.holding"), { class: "badge warn" }) : null,
      ...listMarks(path).map((text) => foreignText("span", text, { class: "badge warn" })),
      ...buildQuestion(),
    ),
    buildWeakest(path),
    ...buildSpans(path),
    quietText(`${word("evidence", `${path.evidence}.about`)}.`, "p"),
    ...buildNotes(),
    el(
      "div",
      tab,
      el(
        "ol",
        { class: "steps" },
        ...path.steps.map((step, at) => buildStep(step, at, path)),
        el("li", { class: "end" }, buildNode(lastOf(path))),
      ),
    ),
    ...buildPlaces(path),
    ...buildVerdict(path),
    ...buildCorroboration(path),
    ...buildUnnamed(),
    ...buildNearMisses(currentAnswer().near_misses, say("answer.refused")),
    ...buildCompliance(),
    ...buildTimeline(),
    state.all || ![...nodes.values()].some((node) => node.more)
      ? null
      : button(
          say("panel.all", { n: [...nodes.values()].filter((node) => !shown.nodes.has(node.id)).length }),
          () => go({ all: true }),
          {
            class: "text",
          },
        ),
    button(say("panel.leave"), () => go({ path: null, row: state.path, node: null, line: null }), { class: "text" }),
  ];
}

function buildWeakest(path) {
  const weakest = path.steps[path.weakest];
  if (!weakest) return null;
  const step = `${nameOf(weakest.from)} ${phraseOf(weakest)} ${nameOf(weakest.to)}`;
  const status = word("status", weakest.status);
  return foreignText("p", say("path.weakest", { step, status, n: percent(weakest.confidence) }), { class: "weak" });
}

/** Return the head of a path: its route, who says so, what the rules say, in this order. */
function buildSummary(path) {
  const told = [...new Set(path.steps.flatMap((step) => step.claims))].map((number) => claims[number]);
  const origins = [...originsOf(told).values()];
  const route = [path.route_name ? `${path.route}: ${path.route_name}` : path.route].filter(Boolean);
  const coverage = describeCoverage(path);
  return el(
    "dl",
    { class: "summary" },
    el("dt", {}, say("path.route")),
    el(
      "dd",
      {},
      foreignText("p", path.nodes.map(nameOf).join(" → "), { class: "route" }),
      ...route.map((text) => foreignText("p", text, { class: "quiet" })),
    ),
    el("dt", {}, say("path.origins")),
    el("dd", {}, foreignText("p", countOf("origins", origins.length, { names: origins.join(", ") }))),
    coverage ? el("dt", {}, say("finding.title")) : null,
    coverage
      ? el(
          "dd",
          {},
          el("p", {}, foreignText("span", coverage, { class: "badge plain", "data-coverage": coverageOf(path) })),
          path.verdict ? foreignText("p", path.verdict, { class: "verdict" }) : null,
        )
      : null,
  );
}

/** Return what tells each path from the others: who is between, else where it ends, else its sites or relations. */
function tellApart(all) {
  const labels = all.map((path) => {
    const via = describeRoute(path);
    const end = lastOf(path) === currentAnswer().chip.node ? "" : ` → ${nameOf(lastOf(path))}`;
    return (via ? say("path.via", { via }) : say("path.direct")) + end;
  });
  const more = [
    (path) => path.nodes.slice(1, -1).map(nameOf).join(", "),
    (path) => path.steps.map(phraseOf).join(", "),
  ];
  for (const tell of more)
    all.forEach((path, at) => {
      if (labels.filter((label) => label === labels[at]).length > 1) labels[at] = `${labels[at]} (${tell(path)})`;
    });
  return labels;
}

/** Return the list of several paths with what each rests on; arrow keys go from one to the next. */
function buildChoices(all) {
  if (all.length < 2) return null;
  const labels = tellApart(all);
  const open = (at) => {
    go({ path: at, row: at });
    $(`tab${at}`).focus();
  };
  const turn = (event) => {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    open((state.path + move + all.length) % all.length);
  };
  const describe = (path) =>
    [
      word("status", path.status),
      word("evidence", path.evidence),
      `${percent(path.confidence)} %`,
      describeCoverage(path),
    ].filter(Boolean);
  return el(
    "div",
    {
      class: "tabs",
      role: "tablist",
      "aria-label": say("path.tabs"),
      "aria-orientation": "vertical",
      keydown: turn,
    },
    ...all.map((path, at) =>
      el(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab${at}`,
          "aria-selected": String(at === state.path),
          "aria-controls": "steps",
          tabindex: at === state.path ? "0" : "-1",
          click: () => open(at),
        },
        foreignText("span", `${at + 1} ${labels[at]}`, { class: "name" }),
        quietText(describe(path).join(" · ")),
      ),
    ),
  );
}

function buildStep(step, at, path) {
  const list = step.claims.map((number) => claims[number]);
  const [first, ...others] = list;
  const hidden = step.lines.length > 0 && !step.lines.some((id) => shown.passing.has(id));
  const title = [
    el("strong", {}, `${phraseOf(step)} →`),
    " ",
    statusBadge(step.status),
    step.implied ? statusBadge("implied") : null,
  ];
  const open = () => go({ line: step.lines[0], node: null, under: [] });
  return el(
    "li",
    { class: at === path.weakest ? "step weakest" : "step" },
    buildNode(step.from),
    step.marks?.includes(CHANGES_HANDS) ? el("p", { class: "changes" }, say("path.changes")) : null,
    el(
      "div",
      { class: "card", "data-step": at + 1 },
      step.lines.length
        ? el("button", { type: "button", class: "open", click: open }, ...title)
        : el("p", { class: "open" }, ...title),
      first ? [buildStatement(first), buildNote(first.qualifiers?.note), buildSourceLine(first)] : null,
      first
        ? foreignText("p", countEvidence(step.counted.map((number) => claims[number])), { class: "source counted" })
        : null,
      hidden ? quietText(say("path.filtered"), "p") : null,
      step.marks?.length ? badges(...listMarks({ marks: step.marks }).map((text) => plainBadge(text))) : null,
      others.length ? buildOthers(others) : null,
      ...buildDenials(step.denied_by ?? []),
      buildFinding(step.finding),
    ),
  );
}

const buildOthers = (list) =>
  el(
    "details",
    {},
    el(
      "summary",
      {},
      say(list.length === 1 ? "panel.more_claims.one" : "panel.more_claims.many", { n: list.length }),
    ),
    ...list.map((claim) =>
      el("div", { class: "also" }, buildStatement(claim), buildNote(claim.qualifiers?.note), buildSourceLine(claim)),
    ),
  );

function buildPlaces(path) {
  if (!path.places?.length) return [];
  const texts = path.places.map(({ site, region }) => {
    const node = byKey.get(site);
    return [node ? nameOf(node) : site, region?.name ?? region?.id].filter(Boolean).join(": ");
  });
  return [el("h3", {}, say("path.places")), ...texts.map((text) => foreignText("p", text))];
}

/** Return what the rules say of the whole path. */
function buildVerdict(path) {
  const findings = path.findings ?? [];
  if (!findings.length) return [];
  return [el("h3", {}, say("path.finding")), ...findings.map(buildFinding)];
}

/** Return the claims that sum up the path without being a step of it. */
function buildCorroboration(path) {
  if (!path.corroborated_by?.length) return [];
  return [el("h3", {}, say("path.corroborated")), ...path.corroborated_by.map(buildBeside)];
}

/** Return the claims that speak against a step. */
const buildDenials = (list) =>
  groupDenials(list).flatMap(([title, some]) => [
    el("p", { class: "changes denied" }, title),
    ...some.map(buildBeside),
  ]);

/** Return a claim that is no step of the path, drawn on the page or not. */
function buildBeside(item) {
  const claim = claims[item.claim];
  if (!claim) return buildOutsider(item);
  const more = [buildStatement(claim), buildNote(claim.qualifiers?.note), buildSourceLine(claim)];
  return el("div", { class: "card" }, buildLineButton(claim.line, describeLine(claim.line)), ...more);
}

/** Return a claim whose entities are not on the page. */
const buildOutsider = (item) => el("div", { class: "card" }, ...buildCitation(item));

// The state of the page: everything that a link into it restores.
import { answerOn } from "./answers.js";
import { data } from "./data.js";
import { nodes } from "./graph.js";

// kinds in columns read well while they are few
export const LAYOUT = data.answers.length || nodes.size <= 60 ? "layered" : "force";

/**
 * `day`: the date that is shown, null for what was asked; `whole`: all claims of a line are listed, not only those of
 * the path; `ways`: the buyer and the class of chips, with a ~ between them, whose ways are open; `sort`: the column of the matrix by
 * which its rows are sorted; `opened`: nodes whose neighbours are drawn, `all`: that all nodes are; `under`: lines below the same pointer; `wanted`: the path that was chosen, which may be none on some days.
 */
export const state = {
  view: data.matrix ? "matrix" : "graph",
  layout: LAYOUT,
  answer: 0,
  path: null,
  row: null,
  wanted: null,
  ways: null,
  sort: null,
  node: null,
  line: null,
  whole: false,
  under: [],
  hidden: new Set(),
  opened: new Set(),
  all: false,
  day: null,
  mode: "on",
  page: 0,
  theme: null,
};

export const currentAnswer = () => answerOn(state.answer, state.mode, state.day);

export const currentPath = () => currentAnswer()?.paths[state.path ?? -1] ?? null;

/** Return how many paths the answer at hand has, as a text: with a plus where there may be more. */
export const countPaths = () => `${currentAnswer().paths.length}${currentAnswer().more ? "+" : ""}`;

/** Return the nodes of the path that stands on the straight row. */
export const nodesOnRow = () => currentAnswer()?.paths[state.path ?? state.row ?? 0]?.nodes ?? [];

/** Return the step of the path at hand that a line belongs to. */
export const findStep = (line) => currentPath()?.steps.find((step) => step.lines.includes(line.id)) ?? null;

/** Return the numbers of the claims that a line stands for: on the path at hand those of its step, else all. */
export const claimsOf = (line) => (state.whole ? line.claims : (findStep(line)?.claims ?? line.claims));

/** Show another day, or a day in another sense, and the path that was chosen if there is one then. */
export function moveTo(change) {
  const path = currentPath();
  if (path) state.wanted = path.key;
  Object.assign(state, change);
  if (!state.wanted) return;
  const paths = currentAnswer()?.paths ?? [];
  const at = paths.findIndex((one) => one.key === state.wanted);
  state.path = paths.length ? Math.max(0, at) : null;
  if (!data.matrix) state.row = state.path;
}

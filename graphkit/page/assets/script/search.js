// The search box: names and aliases of this page, the whole name first, then its beginning, then its words.
import { countOf, data, fold, say, word } from "./data.js";
import { $, el, foreignText, quietText } from "./elements.js";
import { kindMark } from "./evidence.js";
import { shown } from "./filters.js";
import { byKey, kinds, nodes } from "./graph.js";
import { showBuyer } from "./matrix.js";
import { go } from "./navigation.js";
import { box } from "./scene.js";
import { state } from "./state.js";

/** The buyers of a matrix that are not drawn: nothing leads from them to a chip. */
const undrawn = (data.matrix?.buyers ?? [])
  .filter((buyer) => !byKey.has(buyer.id))
  .map((buyer) => ({ name: buyer.name, key: buyer.id, kind: buyer.kind, degree: 0 }));
const entries = [...nodes.values(), ...undrawn].map((node) => ({
  node,
  keys: [node.name, node.key, ...(node.aliases || [])].map(fold),
}));

let options = [];

let active = -1;

function findOptions() {
  const wanted = fold($("search").value.trim());
  const tests = [
    (key) => key === wanted,
    (key) => key.startsWith(wanted),
    (key) => key.includes(` ${wanted}`),
    (key) => key.includes(wanted),
    () => true,
  ];
  const score = (keys) => Math.min(...keys.map((key) => tests.findIndex((test) => test(key))));
  options = wanted
    ? entries
        .map((entry) => [score(entry.keys), entry.node])
        .filter(([rank]) => rank < 4)
        .sort((a, b) => a[0] - b[0] || b[1].degree - a[1].degree || a[1].name.localeCompare(b[1].name, data.language))
        .slice(0, 8)
        .map(([, node]) => node)
    : [];
  active = options.length ? 0 : -1;
  showOptions(Boolean(wanted));
}

function showOptions(open) {
  const list = $("found");
  list.hidden = !open;
  $("search").setAttribute("aria-expanded", String(open));
  list.replaceChildren(
    ...(options.length
      ? options.map((node, at) =>
          el(
            "li",
            {
              role: "option",
              id: `option${at}`,
              "aria-selected": String(at === active),
              "data-node": node.key,
              mousedown: (event) => {
                event.preventDefault();
                takeOption(at);
              },
            },
            kinds.has(node.kind) ? kindMark(node.kind) : null,
            foreignText("span", node.name, { class: "name" }),
            quietText(word("kind", node.kind)),
          ),
        )
      : [
          el(
            "li",
            { role: "option", "aria-selected": "false", "aria-disabled": "true", class: "quiet" },
            say("search.none"),
          ),
        ]),
  );
  if (active >= 0) $("search").setAttribute("aria-activedescendant", `option${active}`);
  else $("search").removeAttribute("aria-activedescendant");
  if (open) $("live").textContent = options.length ? countOf("results", options.length) : say("search.none");
}

function takeOption(at) {
  const node = options[at];
  if (!node) return;
  $("search").value = node.name;
  options = [];
  showOptions(false);
  if (!node.id) {
    go({ view: "matrix", node: null, line: null });
    showBuyer(node.name);
    return;
  }
  if (state.view === "matrix") state.view = "graph";
  if (!shown.nodes.has(node.id)) state.hidden.delete(node.kind);
  go({ node: node.id, line: null });
  if (state.view === "graph") box.focus();
}

/** Let the search box complete names and aliases, and go to what is chosen. */
export function buildSearch() {
  const input = $("search");
  input.addEventListener("input", findOptions);
  input.addEventListener("focus", () => {
    if (input.value) input.select();
  });
  input.addEventListener("blur", () => showOptions(false));
  input.addEventListener("keydown", (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && options.length) {
      event.preventDefault();
      active = (active + move + options.length) % options.length;
      showOptions(true);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!options.length) findOptions();
      takeOption(active);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (!$("found").hidden) {
        options = [];
        showOptions(false);
      } else {
        input.value = "";
        box.focus();
      }
    }
  });
}

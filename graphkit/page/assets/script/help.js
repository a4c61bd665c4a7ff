// The help: what each key does.
import { say } from "./data.js";
import { $, button, el } from "./elements.js";

/** Open the list of keys. */
export function openHelp() {
  const help = $("help");
  const keys = [
    ["/", "search"],
    ["← ↑ → ↓", "arrows"],
    ["Enter", "enter"],
    ["⌫", "back"],
    ["[ ]", "steps"],
    ["Esc", "escape"],
    ["1 – 9", "paths"],
    ["t", "table"],
    ["+ −", "zoom"],
    ["0", "fit"],
    ["?", "help"],
  ];
  help.replaceChildren(
    el("h2", { id: "help-title" }, say("help.title")),
    el(
      "dl",
      {},
      ...keys.flatMap(([key, about]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, say(`help.${about}`))]),
    ),
    el("p", {}, say("help.more")),
    button(say("help.close"), () => help.close(), { class: "main" }),
  );
  help.showModal();
}

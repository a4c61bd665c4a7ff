// The tools at the top: what is shown and how, and what can be taken along.
import { data, say } from "./data.js";
import { fitView, resetView } from "./drawing.js";
import { $, button, el } from "./elements.js";
import { openHelp } from "./help.js";
import { writeHash } from "./links.js";
import { go } from "./navigation.js";
import { savePng, saveSvg } from "./picture.js";
import { state } from "./state.js";

const pressed = [];

/** Build the buttons of the head: views, layouts, exports, theme and help. */
export function buildTools() {
  const choice = (key, value) => {
    const made = button(
      say(`tools.${value}`),
      () => {
        go({ [key]: value });
        if (key === "view" && value === "graph") resetView();
      },
      { id: `show-${value}` },
    );
    pressed.push([made, key, value]);
    return made;
  };
  const group = (label, ...members) =>
    el("div", { class: "group", role: "group", "aria-label": say(label) }, ...members);
  $("tools").append(
    group(
      "tools.view",
      ...(data.matrix ? [choice("view", "matrix")] : []),
      choice("view", "graph"),
      choice("view", "table"),
      ...(data.map ? [choice("view", "map")] : []),
    ),
    group(
      "tools.layout",
      choice("layout", "layered"),
      choice("layout", "force"),
      button(say("tools.fit"), () => fitView(), { id: "fit" }),
    ),
    group(
      "tools.save",
      button(say("tools.png"), savePng, { id: "png" }),
      button(say("tools.svg"), saveSvg, { id: "svg" }),
      button(say("tools.print"), () => window.print(), { id: "print" }),
      button(say("tools.copy"), copyLink, { id: "copy" }),
    ),
    group(
      "tools.label",
      button("◐", () => go({ theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" }), {
        id: "theme",
        "aria-label": say("tools.theme"),
        title: say("tools.theme"),
      }),
      button("?", openHelp, { id: "show-help", "aria-label": say("tools.help"), title: say("tools.help") }),
    ),
  );
}

/** Press the buttons of what is shown. */
export function updateTools() {
  for (const [made, key, value] of pressed) made.setAttribute("aria-pressed", String(state[key] === value));
  for (const id of ["show-layered", "show-force", "fit", "png", "svg"]) $(id).disabled = state.view !== "graph";
}

async function copyLink() {
  // a colleague has the file elsewhere: of a local one its name goes along, not its folder
  const [place] = location.href.split("#");
  const address = (location.protocol === "file:" ? place.slice(place.lastIndexOf("/") + 1) : place) + writeHash();
  let done = false;
  try {
    await navigator.clipboard.writeText(address);
    done = true;
  } catch {
    // not allowed here: try the old way
  }
  if (!done) {
    const field = el("textarea", { "aria-hidden": "true", class: "away" });
    field.value = address;
    document.body.append(field);
    field.select();
    done = document.execCommand("copy");
    field.remove();
  }
  $("copy").textContent = done ? say("link.copied") : say("tools.copy");
  $("live").textContent = done ? say("link.copied") : `${say("link.failed")} ${address}`;
  setTimeout(() => {
    $("copy").textContent = say("tools.copy");
  }, 1600);
}

// The head: a long title is cut to two lines, and unfolds.
import { say } from "./data.js";
import { $, button } from "./elements.js";

/** Offer to unfold the title where it does not fit. */
export function buildHead() {
  const title = document.querySelector("h1");
  if (title.scrollHeight <= title.clientHeight + 2) return;
  const unfold = button(
    say("title.more"),
    () => {
      const open = title.classList.toggle("open");
      unfold.textContent = say(open ? "title.less" : "title.more");
      unfold.setAttribute("aria-expanded", String(open));
    },
    { class: "text", id: "unfold", "aria-expanded": "false", "aria-controls": "title" },
  );
  $("summary").before(unfold);
}

// The controls on a chip over time.
import { say } from "./data.js";
import { el, foreignText, quietText } from "./elements.js";
import { currentAnswer, currentPath } from "./state.js";

/** Return the controls on the chip over time, the period of the day marked. */
export function buildTimeline() {
  const current = currentPath();
  const periods = current?.timeline ?? currentAnswer()?.timeline ?? [];
  if (!periods.length) return [];
  return [
    el("h3", {}, say("timeline.title", { chip: currentAnswer().chip.name })),
    el(
      "ol",
      { class: "timeline" },
      ...periods.map((period) => {
        return el(
          "li",
          { class: period.now ? "now" : null, "data-outcome": period.outcome },
          el("span", { class: "when" }, `${period.from || "…"} – ${period.to || say("timeline.now")}`),
          " ",
          foreignText("strong", period.outcome || period.coverage || ""),
          period.paragraph ? foreignText("span", ` · ${period.paragraph}`) : null,
          period.note || period.sentence ? quietText(period.note || period.sentence, "p") : null,
        );
      }),
    ),
  ];
}

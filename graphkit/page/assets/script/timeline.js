// The controls on a chip over time.
import { say } from "./data.js";
import { el, foreignText, quietText } from "./elements.js";
import { currentAnswer, currentPath, state } from "./state.js";

/** Say whether a period is that of the day that is shown. */
function isNow(period) {
  if (!state.day || state.mode !== "on") return period.now;
  return (period.from ?? "") <= state.day && state.day <= (period.to ?? state.day);
}

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
          { class: isNow(period) ? "now" : null, "data-outcome": period.outcome },
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

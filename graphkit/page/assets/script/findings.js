// What the rules say.
import { say, words } from "./data.js";
import { el, foreignText, quietText } from "./elements.js";

/** Return what the rules say of a step or a path, with the rules and the reasons. */
export function buildFinding(finding) {
  if (!finding) return null;
  const { rules } = finding;
  const coverage = finding.coverage && (words.get(`finding.${finding.coverage}`) || String(finding.coverage));
  return el(
    "div",
    { class: "finding", "data-coverage": finding.coverage },
    el(
      "p",
      {},
      el("strong", {}, say("finding.title")),
      " ",
      coverage ? foreignText("span", coverage, { class: "badge plain" }) : null,
    ),
    foreignText("p", finding.sentence || ""),
    ...["missing", "duties", "powers"].map((key) =>
      finding[key] ? quietText(say(`finding.${key}`, { what: finding[key].map(asText).join("; ") }), "p") : null,
    ),
    rules.length
      ? el(
          "details",
          { open: rules.length < 3 },
          el("summary", {}, say("finding.why", { n: rules.length })),
          el(
            "ul",
            {},
            ...rules.map((rule) =>
              el("li", { dir: "auto" }, el("strong", {}, rule.citation), rule.reason ? `: ${rule.reason}` : ""),
            ),
          ),
        )
      : null,
  );
}

/** Return any value of an answer as one line of text. */
export function asText(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(asText).filter(Boolean).join("; ");
  if (typeof value === "object")
    return asText(
      value.sentence ||
        value.reason ||
        value.text ||
        value.name ||
        Object.entries(value).map(([key, one]) => `${key}: ${asText(one)}`),
    );
  return String(value);
}

// The dates of claims: when each holds, by when each was known, and the months that the slider goes through.
import { claims, documentOf } from "./graph.js";

const ANY_DAY = "9999-12-31";
const MOST_MONTHS = 600;

/** Return the first and last day that a partial date may mean; null where it is none. */
function daysOf(date) {
  const parts = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(date || "");
  if (!parts) return null;
  const [, year, month, day] = parts;
  return [`${year}-${month || "01"}-${day || "01"}`, `${year}-${month || "12"}-${day || "31"}`];
}

for (const claim of claims) {
  // a claim without a start counts from its document's publication
  const published = daysOf(documentOf(claim).published);
  const start = claim.since ? daysOf(claim.since) : published;
  const end = daysOf(claim.until);
  claim.days = start && [start[0], end ? end[1] : ANY_DAY];
  claim.known = published?.[1];
}

function listMonths() {
  const days = claims
    .flatMap((claim) => [claim.days?.[0], claim.known])
    .filter((day) => day && day < ANY_DAY)
    .map((day) => day.slice(0, 7))
    .sort();
  if (!days.length) return [];
  const found = [];
  // a few very old claims do not stretch the slider
  let [year, month] = days[Math.floor(days.length * 0.05)].split("-").map(Number);
  const last = days.at(-1);
  while (found.length < MOST_MONTHS && !(found.at(-1) >= last)) {
    found.push(`${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}`);
    month += 1;
    if (month > 12) [year, month] = [year + 1, 1];
  }
  return found;
}

/** The months of the slider, "2024-06", the first and last of the claims. */
export const months = listMonths();

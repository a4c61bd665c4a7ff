// The dates of the page: when each claim holds, by when each was known, and the days on which something changes.
import { changesOf } from "./answers.js";
import { data } from "./data.js";
import { claims, documentOf } from "./graph.js";

const ANY_DAY = "9999-12-31";

/** Return the first and last day that a partial date may mean; null where it is none. */
export function daysOf(date) {
  const parts = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(date || "");
  if (!parts) return null;
  const [, year, month, day] = parts;
  const last = new Date(Date.UTC(2000, Number(month || 12), 0));
  last.setUTCFullYear(Number(year), Number(month || 12), 0);
  return [`${year}-${month || "01"}-${day || "01"}`, day ? date : last.toISOString().slice(0, 10)];
}

/** Return the day after a day, or so many days after it. */
export function addDays(day, count) {
  const found = new Date(`${day}T00:00:00Z`);
  found.setUTCDate(found.getUTCDate() + count);
  return Number.isNaN(found.getTime()) ? day : found.toISOString().slice(0, 10);
}

export const isDay = (text) => daysOf(text) !== null && text.length === 10 && addDays(text, 0) === text;

/** Return the first and last day on which a claim surely may hold, as the command line counts them. */
function findHeldDays(claim) {
  const [since, until] = [daysOf(claim.since), daysOf(claim.until)];
  const start = since ?? daysOf(claim.observed) ?? daysOf(documentOf(claim).published);
  if (!start && !until) return null;
  const end = until ? until[1] : ANY_DAY;
  const first = start ? start[0] : ANY_DAY;
  return [!since && first > end ? `${end.slice(0, 7)}-01` : first, end];
}

for (const claim of claims) {
  claim.days = findHeldDays(claim);
  claim.known = daysOf(documentOf(claim).published)?.[1];
}

/** Return the days on which claims begin, are over, or are known. */
function listClaimDays(mode, list) {
  if (mode === "known") return list.map((claim) => claim.known).filter(Boolean);
  const held = list.map((claim) => claim.days).filter((days) => days && days[0] < ANY_DAY);
  return held.flatMap(([first, last]) => (last < ANY_DAY ? [first, addDays(last, 1)] : [first]));
}

/** Return the days at which the slider stops, with the first and last day of what bears on the page. */
function findCalendar(mode) {
  const records = data.matrix ? [...data.answers, data.matrix.whole] : data.answers;
  const asked = records.map((answer) => changesOf(answer, mode)).filter(Boolean);
  if (data.answers.length && !asked.length) return null;
  if (asked.length) {
    const firsts = asked.map((one) => one.first).sort();
    const lasts = asked.flatMap((one) => [one.last, one.changes.at(-1)[0]]).sort();
    const days = asked.flatMap((one) => one.changes.map(([day]) => day)).filter((day) => day > firsts[0]);
    return { stops: [...new Set([firsts[0], ...days])].sort(), first: firsts[0], last: lasts.at(-1) };
  }
  const bearing = claims.filter((claim) => data.bearing.includes(claim.line.relation));
  const days = [...new Set(listClaimDays(mode, bearing.length ? bearing : claims))].sort();
  return days.length > 1 ? { stops: days, first: days[0], last: days.at(-1) } : null;
}

/** By mode; null where nothing changes, or the answers of the page were not asked for other days. */
export const calendars = new Map(["on", "known"].map((mode) => [mode, findCalendar(mode)]));

/** Return a mode if the page has days for it, else the other one if it has days for that. */
export function chooseMode(mode) {
  const other = mode === "on" ? "known" : "on";
  return !calendars.get(mode) && calendars.get(other) ? other : mode;
}

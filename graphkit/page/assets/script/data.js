// The data of the page and its words. All foreign text goes in by textContent; nothing is ever parsed as HTML.
export const data = JSON.parse(document.getElementById("data").textContent, (_, value) =>
  value?.[""] ? unfoldRecords(value[""]) : value,
);
export const words = new Map(Object.entries(data.words));

/** Return a list of records that was sent by column: the values of each field, and each record's place there. */
function unfoldRecords(columns) {
  const records = [];
  for (const [field, [values, places = values.map((_, row) => row)]] of Object.entries(columns)) {
    for (const [row, place] of places.entries()) {
      records[row] ??= {};
      if (place >= 0) records[row][field] = values[place];
    }
  }
  return records;
}

/** Return a phrase of the page with its {slots} filled. */
export function say(key, values = {}) {
  const given = new Map(Object.entries(values));
  return (words.get(key) ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(given.get(name) ?? whole));
}

/** Return a number with what it counts, of one or of many: "1 claim", "4 claims". */
export const countOf = (thing, n, values) => say(`count.${thing}.${n === 1 ? "one" : "many"}`, { n, ...values });

/** Return how much a page or a part of it holds. */
export const describeSize = ({ nodes, lines, claims, documents }) =>
  say("summary.explorer", {
    nodes: countOf("entities", nodes),
    lines: countOf("relations", lines),
    claims: countOf("claims", claims),
    documents: countOf("documents", documents),
  });

/** Return the word for a name of a group, such as a status; the name itself where there is none. */
export const word = (group, name) => words.get(`${group}.${name}`) ?? name;

export const percent = (share) => Math.round(share * 100);

/** Return a text without accents and case, as names are compared. */
export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

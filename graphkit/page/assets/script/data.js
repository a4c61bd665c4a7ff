// The data of the page and its words. All foreign text goes in by textContent; nothing is ever parsed as HTML.
export const data = JSON.parse(document.getElementById("data").textContent);
export const words = new Map(Object.entries(data.words));

/** Return a phrase of the page with its {slots} filled. */
export function say(key, values = {}) {
  const given = new Map(Object.entries(values));
  return (words.get(key) ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(given.get(name) ?? whole));
}

/** Return the word for a name of a group, such as a status; the name itself where there is none. */
export const word = (group, name) => words.get(`${group}.${name}`) ?? name;

export const percent = (share) => Math.round(share * 100);

/** Return a text without accents and case, as names are compared. */
export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

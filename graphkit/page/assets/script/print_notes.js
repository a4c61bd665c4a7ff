// What is said on paper and who says so: each claim with the number of a note that names its document.
import { data, say, word } from "./data.js";
import { el, foreignText, quietText } from "./elements.js";
import { buildStatement, tellWhen } from "./evidence.js";

/** The documents of a printed page by the order in which they are named. */
export class Footnotes {
  constructor() {
    this.numbers = new Map();
    this.told = new Set();
  }

  /** Return the number of a document's note. */
  mark(document) {
    if (!this.numbers.has(document)) this.numbers.set(document, this.numbers.size + 1);
    return this.numbers.get(document);
  }

  /** Return the notes: name, publisher, date and address of each document. */
  list() {
    return el("ol", { class: "footnotes" }, ...[...this.numbers.keys()].map(tellDocument));
  }
}

function tellDocument(number) {
  const { name, publisher, published, published_basis: basis, url } = data.documents[number];
  const date = published ? published + (basis ? ` (${say("claim.basis")})` : "") : say("claim.no_date");
  const said = [name, publisher, date].filter(Boolean).join(", ");
  return foreignText("li", url ? `${said}. ${url}` : `${said}. ${say("print.no_address")}`);
}

/** Return a claim with who says it, when and where. */
export function tellClaim(claim, notes) {
  const where = claim.locator ? `${say("claim.locator")} ${claim.locator}` : null;
  const more = [tellWhen(claim), word("confidence", claim.confidence), where];
  return [
    buildStatement(claim),
    ...tellSource(
      { who: claim.attribution ?? claim.origin, note: claim.qualifiers?.note, document: claim.document },
      more,
      notes,
    ),
  ];
}

/** Return who says something, more that is told of it, its note, and the number of the note that names its document. */
function tellSource({ who, note, document }, more, notes) {
  const said = [who && say("claim.by", { who }), ...more, note && say("claim.note", { text: note })].filter(Boolean);
  return [
    said.length ? foreignText("p", said.join("; "), { class: "quiet" }) : null,
    el("sup", {}, `[${notes.mark(document)}]`),
  ];
}

/** Return a claim that need not be drawn, why it is cited, and who says so, where. */
export function tellCitation(one, notes) {
  const said = foreignText("p", [one.why, one.text].filter(Boolean).join(": "), { class: "told" });
  return one.document === undefined ? [said] : [said, ...tellSource(one, [one.held], notes)];
}

/** Return claims that need not be drawn: those cited for a reason, such as denials, a line each. */
export function listCitations(list, notes) {
  // what several ways to a chip rest on is told with the first of them
  const again = list.filter((one) => !one.why && notes.told.has(one));
  const fresh = list.filter((one) => !again.includes(one));
  for (const one of fresh) notes.told.add(one);
  const numbers = [...new Set(again.map((one) => `[${notes.mark(one.document)}]`))];
  return el(
    "ul",
    { class: "cited" },
    numbers.length
      ? el("li", { class: "claim" }, say("print.again"), ...numbers.map((text) => el("sup", {}, text)), " ")
      : null,
    ...fresh.map((one) => el("li", { class: one.why ? "claim against" : "claim" }, ...tellCitation(one, notes), " ")),
  );
}

/** Return what companies say of their keeping to the rules, with the notes of their sources. */
export function listCompliance({ compliance }, notes) {
  if (!compliance?.length) return [];
  return [
    el("h3", {}, say("answer.compliance")),
    quietText(say("answer.compliance.about"), "p"),
    listCitations(compliance, notes),
  ];
}

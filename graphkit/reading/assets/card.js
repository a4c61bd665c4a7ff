// The card on the right: a name, or a passage with the claims that were read in it and the pairs that were not.
let off = new Set(); // keys of claims that are not taken
let picks = []; // [key of the sentence, place of the pair, relation, turned, words]
let place = -1; // the pair that is asked, or -1
let turned = false;
let asking = ""; // the form that waits for the number of its claim

function renderCard(state) {
  const card = state.card;
  const box = make("section", { id: "card", "aria-label": say("card"), "data-key": card?.key, "data-type": card?.type ?? "done" });
  if (!card) {
    box.append(make("h2", {}, say("done")), make("p", {}, say("done.more")));
    if (state.more) box.append(make("p", {}, say("more.left", { n: state.more })));
    return box;
  }
  const sentences = card.sentences ?? [card.sentence];
  box.append(make("p", { class: "kicker" }, say(sentences.length > 1 ? "sentences" : "sentence", { n: sentences.join(", ") })));
  box.append(make("blockquote", {}, card.quote));
  if (card.type === "name") nameCard(box, card);
  else if (place >= 0) pairCard(box, card);
  else claimCard(box, card);
  return box;
}

function nameCard(box, card) {
  box.append(make("h2", {}, card.name), make("p", {}, say("name.ask"), " ", card.reason));
  if (card.near) box.append(labelled("name.like", card.near));
  const list = make("ol", { class: "choices" });
  card.kinds.forEach((kind, n) => list.append(choice(String(n + 1), kind, kind === card.kind)));
  box.append(list);
}

function claimCard(box, card) {
  if (card.claims.length > 1) box.append(make("p", { class: "kicker claims" }, say(asking ? "which" : "claims", { n: card.claims.length })));
  card.claims.forEach((claim, n) => box.append(renderClaim(claim, n, card)));
  for (const [, , , , words] of picks) box.append(make("p", { class: "picked" }, "✓ ", words));
  if (!card.pairs.length) return;
  const ends = card.pairs.map((pair) => pair.ends.join(" – "));
  box.append(make("p", { class: "pairs label" }, say("unread", { n: ends.length }), " ", ends.join("; ")));
}

function renderClaim(claim, n, card) {
  const item = make("div", { class: off.has(claim.key) ? "claim off" : "claim" });
  const title = make("h2", {}, claim.subject, " ", make("em", {}, claim.phrase), " ", claim.object);
  if (card.claims.length > 1) {
    const taken = !off.has(claim.key);
    const button = make("button", { type: "button", class: "toggle", "data-press": String(n + 1), "aria-pressed": String(taken), "aria-label": claim.summary });
    button.append(make("kbd", {}, String(n + 1)), taken ? " ✓" : " ✗");
    button.addEventListener("click", () => press(String(n + 1)));
    title.prepend(button, " ");
  }
  item.append(title, make("p", { class: "relation" }, `${claim.subject_kind} → ${claim.relation} → ${claim.object_kind} · ${say("tier", claim)}`));
  const status = make("strong", { class: "status" }, claim.status);
  item.append(labelled("status", status, claim.cue ? ` ${say("cue")} “${claim.cue}”` : ""));
  if (card.sentences.length > 1) item.append(labelled("of", claim.sentence));
  if (claim.attribution) item.append(labelled("attribution", claim.attribution));
  if (claim.scope.length) item.append(labelled("scope", claim.scope.join(", ")));
  for (const name of ["since", "until", "due", "observed", "quantity", "share", "stage", "against"])
    if (claim[name]) item.append(labelled(name, claim[name]));
  if (claim.value) item.append(labelled("value", `${claim.value} ${claim.currency}`));
  item.append(labelled("summary", claim.summary));
  for (const name of ["implied", "repeats", "contradicts"])
    if (claim[name].length) item.append(make("div", { class: name }, make("span", { class: "label" }, say(name)), make("ul", {}, ...claim[name].map((one) => make("li", {}, one)))));
  return item;
}

function pairCard(box, card) {
  const options = shownOptions(card);
  box.append(make("h2", {}, say("pairs")), make("p", { class: "kicker" }, `${card.pairs[place].ends.join(" – ")} · ${place + 1} / ${card.pairs.length}`));
  const list = make("ol", { class: "choices" });
  options.forEach((option, n) => list.append(choice(String(n + 1), option[2], false)));
  list.append(choice("0", say("none"), false));
  box.append(list);
}

// The relations of the pair that is asked, one direction at a time, so that a digit suffices.
function shownOptions(card) {
  return card.pairs[place].options.filter((option) => option[1] === turned);
}

function canTurn(card) {
  return place >= 0 && card.pairs[place].options.some((option) => option[1] !== turned);
}

function choice(key, text, chosen) {
  const button = make("button", { type: "button", "data-press": key, class: chosen ? "chosen" : "" }, make("kbd", {}, key), " ", text);
  button.addEventListener("click", () => press(key));
  return make("li", {}, button);
}

// The card on the right: a name, a claim, or a sentence whose pairs are asked one after the other.
let picked = [];
let place = 0;

function renderCard(state) {
  const card = state.card;
  const box = make("section", { id: "card", "aria-label": say("card"), "data-key": card?.key, "data-type": card?.type ?? "done" });
  if (!card) {
    box.append(make("h2", {}, say("done")), make("p", {}, say("done.more")));
    return box;
  }
  box.append(make("p", { class: "kicker" }, say("sentence", { n: card.sentence }), card.tier ? " · " + say("tier", card) : ""));
  box.append(make("blockquote", {}, card.quote));
  if (card.type === "name") nameCard(box, card);
  else if (card.type === "claim") claimCard(box, card);
  else sentenceCard(box, card);
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
  box.append(make("h2", {}, card.subject, " ", make("em", {}, card.phrase), " ", card.object));
  box.append(make("p", { class: "relation" }, `${card.subject_kind} → ${card.relation} → ${card.object_kind}`));
  box.append(labelled("status", make("strong", { class: "status" }, card.status), card.cue ? ` ${say("cue")} “${card.cue}”` : ""));
  if (card.attribution) box.append(labelled("attribution", card.attribution));
  if (card.scope.length) box.append(labelled("scope", card.scope.join(", ")));
  for (const name of ["since", "until", "due", "observed", "quantity", "share", "stage", "against"])
    if (card[name]) box.append(labelled(name, card[name]));
  if (card.value) box.append(labelled("value", `${card.value} ${card.currency}`));
  box.append(labelled("summary", card.summary));
  for (const name of ["implied", "repeats", "contradicts"])
    if (card[name].length) box.append(make("div", { class: name }, make("span", { class: "label" }, say(name)), make("ul", {}, ...card[name].map((one) => make("li", {}, one)))));
}

function sentenceCard(box, card) {
  const pair = card.pairs[place];
  box.append(make("h2", {}, say("pairs")), make("p", { class: "kicker" }, `${place + 1} / ${card.pairs.length}`));
  const list = make("ol", { class: "choices" });
  pair.options.forEach((option, n) => list.append(choice(n < 9 ? String(n + 1) : "·", option[2], false, () => pick(n + 1))));
  list.append(choice("0", say("none"), false));
  box.append(list);
}

function choice(key, text, chosen, act = () => press(key)) {
  const button = make("button", { type: "button", "data-press": key, class: chosen ? "chosen" : "" }, make("kbd", {}, key), " ", text);
  button.addEventListener("click", act);
  return make("li", {}, button);
}

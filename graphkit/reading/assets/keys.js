// Keys, and what goes to the server: a card is left only when its decision is on the disk.
let now = { card: null, bulk: [], counts: {} };
let busy = false;
let answers = 0;
let sure = false;

// The keys of what is shown, in their order; each is a button too.
function listKeys() {
  const card = now.card;
  const keys = [];
  if (card?.type === "name") keys.push("a", "r", "m", "digit", "s");
  else if (card && place >= 0) keys.push("digit", "0", ...(canTurn(card) ? ["t"] : []), "r", "s");
  else if (card) keys.push("a", ...(card.claims.length > 1 ? ["digit"] : []), "r", "e", "w", ...(card.pairs.length ? ["p"] : []), "s");
  if (now.undo) keys.push("u");
  if (card?.type === "claim" && place < 0 && now.bulk.length) keys.push("A");
  if (now.more) keys.push("c");
  return keys;
}

function nameKey(key) {
  if (key === "A") return say("bulk", { n: now.bulk.length });
  if (key === "c") return say("more", { n: now.more });
  if (key === "a" && now.card.type === "claim") {
    const taken = now.card.claims.filter((one) => !off.has(one.key)).length + picks.length;
    return taken > 1 || now.card.claims.length > 1 ? say("key.a.some", { n: taken }) : say("key.a");
  }
  if (key === "r" && place >= 0) return say("key.r.rest");
  if (key === "digit") return say(now.card.type === "name" ? "key.kind" : place < 0 ? "key.toggle" : "key.relation");
  return say(`key.${key}`);
}

function draw() {
  sure = false;
  const left = make("header", {}, make("h1", {}, now.title ?? say("title")), make("p", { id: "left" }, say("left", now.counts)));
  const keys = make("nav", { id: "keys" });
  for (const key of listKeys()) {
    const button = make("button", { type: "button", "data-press": key }, make("kbd", {}, key === "digit" ? "1-9" : key), " ", nameKey(key));
    if (key !== "digit") button.addEventListener("click", () => press(key));
    keys.append(button);
  }
  const side = make("div", { id: "side" }, renderCard(now), make("p", { id: "fault", role: "alert" }), keys);
  document.getElementById("app").replaceChildren(left, make("div", { id: "two" }, renderArticle(now), side));
  document.getElementById("live").textContent = tellCard();
  document.documentElement.dataset.ready = String(answers);
  showSentence();
}

function tellCard() {
  const card = now.card;
  if (!card) return say("done");
  if (card.type === "name") return card.name;
  if (place >= 0) return say("pairs");
  return card.claims.map((one, n) => (card.claims.length > 1 ? `${n + 1} ${off.has(one.key) ? "✗" : "✓"} ` : "") + one.summary).join(" ");
}

async function decide(action, given = {}) {
  if (busy) return;
  busy = true;
  try {
    const body = JSON.stringify({ ...given, key: now.card?.key ?? "", action });
    take(await fetch("/decide", { method: "POST", headers: { "Content-Type": "application/json" }, body }));
  } catch {
    complain(say("fault.network"));
  }
  busy = false;
}

async function take(response) {
  const answer = await response.json();
  if (answer.fault) return complain(answer.fault);
  now = answer;
  answers += 1;
  // what was marked stays marked while its card does: an edit decides on one of its claims
  const keys = new Set([...(now.card?.claims ?? []), ...(now.card?.pairs ?? [])].map((one) => one.key));
  off = new Set([...off].filter((key) => keys.has(key)));
  picks = picks.filter(([key]) => keys.has(key));
  ask(now.card?.type === "sentence" ? 0 : -1);
}

// Ask about a pair of the card, or about its claims again.
function ask(pair) {
  place = pair;
  turned = false;
  asking = "";
  draw();
}

function complain(text) {
  document.getElementById("fault").textContent = text;
}

function press(key) {
  const card = now.card;
  if (key === "u") return now.undo ? decide("undo") : undefined;
  if (key === "c") return now.more ? decide("more") : undefined;
  if (!card) return undefined;
  if (key === "s") return decide("skip");
  if (place >= 0) return pressPair(key, card);
  if (key === "r") return decide("reject");
  if (card.type === "name") return pressName(key, card);
  const claim = /^[1-9]$/.test(key) ? card.claims[key - 1] : undefined;
  if (asking) return claim ? openForm(asking, claim) : ask(-1);
  if (claim && card.claims.length > 1) return toggle(claim);
  if (key === "A" && now.bulk.length) return bulk();
  if (key === "a") return decide("accept", { off: [...off], picks });
  if (key === "p" && card.pairs.length) return ask(0);
  if (key === "e" || key === "w") return chooseClaim(key === "e" ? "edit" : "names", card);
  return undefined;
}

function pressName(key, card) {
  if (key === "a") return decide("accept", { kind: card.kind });
  if (key === "m") return openForm("alias", card);
  if (/^[1-9]$/.test(key) && card.kinds[key - 1]) return decide("accept", { kind: card.kinds[key - 1] });
  return undefined;
}

function pressPair(key, card) {
  if (key === "t" && canTurn(card)) {
    turned = !turned;
    return draw();
  }
  if (key === "r") return endPairs(card);
  if (!/^[0-9]$/.test(key)) return undefined;
  const pair = card.pairs[place];
  const option = shownOptions(card)[key - 1];
  if (key !== "0" && !option) return undefined;
  picks = picks.filter(([row, at]) => row !== pair.key || at !== pair.place);
  if (option) picks.push([pair.key, pair.place, ...option]);
  return place + 1 < card.pairs.length ? ask(place + 1) : endPairs(card);
}

// What was picked is taken with the claims; a sentence without claims is decided.
function endPairs(card) {
  return card.type === "sentence" ? decide("accept", { picks }) : ask(-1);
}

function toggle(claim) {
  if (!off.delete(claim.key)) off.add(claim.key);
  return draw();
}

function chooseClaim(form, card) {
  if (card.claims.length === 1) return openForm(form, card.claims[0]);
  asking = form;
  return draw();
}

function bulk() {
  if (sure) return decide("bulk", { keys: now.bulk.map((one) => one.key) });
  draw();
  sure = true;
  const list = make("ul", {}, ...now.bulk.map((one) => make("li", {}, one.summary)));
  document.getElementById("card").replaceChildren(make("h2", {}, say("bulk.sure", { n: now.bulk.length })), list);
  return undefined;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "Escape") return ask(now.card?.type === "sentence" ? Math.max(place, 0) : -1);
  if (document.getElementById("form")) return;
  if (/^[0-9Aaceprstuwm]$/.test(event.key)) {
    event.preventDefault();
    if (sure && event.key !== "A") draw(); // the list goes, the card that it hid comes back
    else press(event.key);
  }
});

fetch("/state").then(take).catch(() => complain(say("fault.network")));

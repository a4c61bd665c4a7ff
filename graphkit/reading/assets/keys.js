// Keys, and what goes to the server: a card is left only when its decision is on the disk.
let now = { card: null, bulk: [], counts: {} };
let busy = false;
let answers = 0;
let sure = false;

const KEYS = { name: ["a", "r", "m", "digit", "s", "u"], claim: ["a", "r", "e", "w", "s", "u", "A"], sentence: ["digit", "0", "r", "s", "u"], done: ["u"] };

function draw() {
  sure = false;
  const left = make("header", {}, make("h1", {}, now.title ?? say("title")), make("p", { id: "left" }, say("left", now.counts)));
  const keys = make("nav", { id: "keys" });
  for (const key of KEYS[now.card?.type ?? "done"]) {
    if ((key === "u" && !now.undo) || (key === "A" && !now.bulk.length)) continue;
    const text = key === "A" ? say("bulk", { n: now.bulk.length }) : say(`key.${key}`);
    const button = make("button", { type: "button", "data-press": key }, make("kbd", {}, key === "digit" ? "1-9" : key), " ", text);
    if (key !== "digit") button.addEventListener("click", () => press(key));
    keys.append(button);
  }
  const side = make("div", { id: "side" }, renderCard(now), make("p", { id: "fault", role: "alert" }), keys);
  document.getElementById("app").replaceChildren(left, make("div", { id: "two" }, renderArticle(now), side));
  document.getElementById("live").textContent = now.card ? now.card.summary ?? now.card.name ?? say("pairs") : say("done");
  document.documentElement.dataset.ready = String(answers);
  showSentence();
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
  picked = [];
  place = 0;
  draw();
}

function complain(text) {
  document.getElementById("fault").textContent = text;
}

function press(key) {
  const card = now.card;
  if (key === "u") return now.undo ? decide("undo") : undefined;
  if (!card) return undefined;
  if (key === "A" && card.type === "claim" && now.bulk.length) return bulk();
  if (key === "s") return decide("skip");
  if (key === "r") return decide("reject");
  if (card.type === "sentence") return /^[0-9]$/.test(key) ? pick(Number(key)) : undefined;
  if (key === "a") return decide("accept", card.type === "name" ? { kind: card.kind } : {});
  if (card.type === "name" && /^[1-9]$/.test(key) && card.kinds[key - 1]) return decide("accept", { kind: card.kinds[key - 1] });
  if (card.type === "name" && key === "m") return openForm("alias");
  if (card.type === "claim" && key === "e") return openForm("edit");
  if (card.type === "claim" && key === "w") return openForm("names");
  return undefined;
}

function pick(digit) {
  const option = now.card.pairs[place].options[digit - 1];
  if (digit && !option) return undefined;
  if (digit) picked.push([place, option[0], option[1]]);
  place += 1;
  return place < now.card.pairs.length ? draw() : decide("pick", { picks: picked });
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
  if (event.key === "Escape") return draw();
  if (document.getElementById("form")) return;
  const key = event.key;
  if (/^[0-9A-Zaersuwm]$/.test(key) && (key.length === 1)) {
    if (key !== "A") sure = false;
    event.preventDefault();
    press(key);
  }
});

fetch("/state").then(take).catch(() => complain(say("fault.network")));

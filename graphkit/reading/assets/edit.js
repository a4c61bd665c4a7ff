// The form of an edit, of a wrong name, and of "another name of". It sends what was changed and nothing else.
function field(name, label, value, options) {
  const control = options
    ? make("select", { name, id: `f-${name}` }, ...options.map((one) => make("option", { value: one, selected: one === value }, WORDS[`relation.${one}`] ? `${one}: ${WORDS[`relation.${one}`]}` : one)))
    : make("input", { name, id: `f-${name}`, value: value ?? "", autocomplete: "off", spellcheck: "false" });
  control.dataset.before = value ?? "";
  return make("p", { class: "field" }, make("label", { for: `f-${name}` }, say(label)), control);
}

function openForm(kind, card) {
  const form = make("form", { id: "form", "data-kind": kind });
  if (kind === "alias") form.append(field("of", "name.of", card.near));
  if (kind === "names") form.append(field("subject", "subject", card.subject), field("object", "object", card.object));
  if (kind === "edit") {
    form.append(field("relation", "relation", card.relation, card.relations));
    form.append(make("p", { class: "field" }, make("label", { for: "f-turn" }, say("turn")), make("input", { type: "checkbox", name: "turn", id: "f-turn" })));
    form.append(field("status", "status", card.status, card.statuses));
    for (const name of ["since", "until", "due", "observed", "attribution"]) form.append(field(name, name, card[name]));
    form.append(field("scope", "scope", card.scope.join("; ")), field("summary", "summary", card.summary));
  }
  const back = make("button", { type: "button" }, say("cancel"));
  back.addEventListener("click", () => ask(-1));
  form.append(make("p", { class: "ends" }, make("button", { type: "submit" }, say("save")), back));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendForm(form, kind, card);
  });
  const box = document.getElementById("card");
  for (const part of box.querySelectorAll(".claim, .claims, .pairs, .picked")) part.hidden = true;
  if (card.summary) box.append(make("p", {}, card.summary));
  box.append(form);
  document.getElementById("keys").hidden = true;
  form.querySelector("input, select").focus();
}

function sendForm(form, kind, card) {
  const given = kind === "alias" ? {} : { row: card.key };
  for (const control of form.querySelectorAll("input, select")) {
    if (control.type === "checkbox") given[control.name] = control.checked;
    else if (control.value !== control.dataset.before || kind === "alias") given[control.name] = control.value;
  }
  decide(kind === "alias" ? "alias" : "edit", given);
}

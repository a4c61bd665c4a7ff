// The filter of the first page: it hides what lacks a word; where no script runs everything is shown.
(() => {
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const form = document.getElementById("search");
  const box = document.getElementById("filter");
  const count = document.getElementById("count");
  const rows = [...document.querySelectorAll(".listing tbody tr")].map((row) => ({
    row,
    text: fold(`${row.textContent} ${row.dataset.find ?? ""}`),
  }));
  const listings = [...document.querySelectorAll(".listing")];

  const filter = () => {
    const words = fold(box.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { row, text } of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      found += row.hidden ? 0 : 1;
    }
    for (const one of listings) one.hidden = !one.querySelector("tbody tr:not([hidden])");
    const slots = { n: found, all: rows.length };
    count.textContent = words.length ? count.dataset.words.replace(/\{(\w+)\}/g, (_, name) => slots[name]) : "";
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", filter);
  if (box.value) filter();
})();

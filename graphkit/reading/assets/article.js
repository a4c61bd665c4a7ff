// The article on the left, with its marks; the sentence of the card is scrolled to.
function renderArticle(state) {
  const article = make("article", { id: "article", tabindex: "0", "aria-label": say("article") });
  for (const [text, mark] of state.article ?? []) article.append(mark ? make("mark", { class: mark }, text) : text);
  return article;
}

function showSentence() {
  const mark = document.querySelector("mark.now");
  if (mark) mark.scrollIntoView({ block: "center" });
}

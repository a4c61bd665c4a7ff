"use strict";
// The words of the page, and elements made of text alone: nothing from outside becomes markup.
const WORDS = JSON.parse(document.getElementById("words").textContent);

function say(key, values = {}) {
  return (WORDS[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child != null && child !== ""));
  return element;
}

function labelled(word, ...content) {
  return make("p", { class: "pair" }, make("span", { class: "label" }, say(word)), " ", ...content);
}

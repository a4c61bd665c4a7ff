// Elements: made by name, attributes and children, never from markup.
export const $ = (id) => document.getElementById(id);

function fillElement(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined));
  return node;
}

/** Return an element: functions among the attributes listen, false and null leave an attribute out. */
export const el = (tag, attributes, ...children) => fillElement(document.createElement(tag), attributes, children);

export const svg = (tag, attributes, ...children) =>
  fillElement(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/** Return an element around a text of others, which may run from right to left. */
export const foreignText = (tag, text, attributes) => el(tag, { dir: "auto", ...attributes }, text);

export const quietText = (text, tag = "span") => el(tag, { class: "quiet", dir: "auto" }, text);

export const button = (label, press, attributes) =>
  el("button", { type: "button", click: press, ...attributes }, label);

/** Return a link to a web address; the bare text where it is none. */
export function webLink(url, text) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!["https:", "http:"].includes(parsed?.protocol)) return foreignText("span", text);
  return foreignText("a", text, { href: parsed.href, target: "_blank", rel: "noopener noreferrer" });
}

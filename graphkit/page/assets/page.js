"use strict";
// The page's behaviour. All foreign text goes in by textContent; nothing is ever parsed as HTML.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = new Map(Object.entries(data.words));
  const $ = (id) => document.getElementById(id);
  const say = (key, values) => {
    const given = new Map(Object.entries(values || {}));
    return (words.get(key) ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(given.get(name) ?? whole));
  };
  const word = (group, name) => words.get(group + "." + name) ?? name;
  const percent = (share) => Math.round(share * 100);
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const ANY_DAY = "9999-12-31";
  // marks that weaken what a cell of the matrix seems to say
  const MATTERS = ["model not specified", "place not confirmed"];
  const BASE_FONT = getComputedStyle(document.body).fontFamily;
  const DASHES = new Map(Object.entries({
    done: null, planned: [14, 6], considered: [7, 6], proposed: [14, 4, 2, 4], alleged: [1.5, 5],
    refused: [4, 4], negated: [4, 4], implied: [10, 4, 2, 4],
  }));
  const CROSSED = new Set(["refused", "negated"]);

  // --- elements ------------------------------------------------------------------------------

  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (typeof value === "function") node.addEventListener(name, value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return node;
  }
  const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  const foreign = (tag, text, attributes) => el(tag, { dir: "auto", ...attributes }, text);
  const quiet = (text, tag) => el(tag || "span", { class: "quiet", dir: "auto" }, text);
  const button = (label, press, attributes) => el("button", { type: "button", click: press, ...attributes }, label);

  function webLink(url, text) {
    try {
      const parsed = new URL(url);
      if (parsed.protocol === "https:" || parsed.protocol === "http:") {
        return foreign("a", text, { href: parsed.href, target: "_blank", rel: "noopener noreferrer" });
      }
    } catch { /* not an address: shown as text */ }
    return foreign("span", text);
  }

  // --- model ---------------------------------------------------------------------------------

  const kinds = new Map(data.kinds.map((kind) => [kind.name, kind]));
  const nodes = new Map(data.nodes.map((node) => [node.id, { ...node, layered: [node.x, node.y], lines: [], degree: 0 }]));
  const byKey = new Map(data.nodes.map((node) => [node.key, node.id]));
  const claims = data.claims;
  const lines = new Map();
  const lineOfClaim = new Map();
  data.lines.forEach((line) => {
    lines.set(line.id, line);
    line.status = line.status || "done";
    line.style = line.implied && line.status === "done" ? "implied" : line.status;
    for (const end of new Set([line.from, line.to])) {
      nodes.get(end).lines.push(line);
      nodes.get(end).degree += 1;
    }
    for (const number of line.claims) {
      claims[number].line = line;
      lineOfClaim.set(claims[number].id, line.id);
    }
  });
  const relations = [...new Set(data.lines.map((line) => line.relation))]
    .sort((a, b) => word("relation", a).localeCompare(word("relation", b), data.language));
  const statuses = ["done", "planned", "considered", "proposed", "alleged", "refused", "negated"];
  const evidence = [...new Set([...statuses, ...data.lines.map((line) => line.status)])]
    .filter((status) => data.lines.some((line) => line.status === status));
  if (data.lines.some((line) => line.implied)) evidence.push("implied");
  const name = (id) => nodes.get(id).name;
  const phrase = (line) => word("relation", line.relation);
  dateClaims();
  const months = monthsOfClaims();

  // kinds in columns read well while they are few
  const LAYOUT = data.answers.length || nodes.size <= 60 ? "layered" : "force";
  const state = {
    view: data.matrix ? "matrix" : "graph", layout: LAYOUT, answer: 0, path: null, row: null,
    node: null, line: null, under: [], hidden: new Set(), month: null, mode: "on", page: 0, theme: null,
  };
  const answer = () => data.answers[state.answer] || null;
  const path = () => (answer() && state.path !== null && answer().paths[state.path]) || null;

  // the first and last day that a partial date may mean; null where it is none
  function days(date) {
    const parts = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(date || "");
    return parts && [`${parts[1]}-${parts[2] || "01"}-${parts[3] || "01"}`, `${parts[1]}-${parts[2] || "12"}-${parts[3] || "31"}`];
  }
  // a claim without a start counts from its document's publication
  function dateClaims() {
    for (const claim of claims) {
      const published = days(data.documents[claim.document].published);
      const start = claim.since ? days(claim.since) : published;
      const end = days(claim.until);
      claim.days = start && [start[0], end ? end[1] : ANY_DAY];
      claim.known = published && published[1];
    }
  }

  function monthsOfClaims() {
    const days = claims.flatMap((claim) => [claim.days && claim.days[0], claim.known])
      .filter((day) => day && day < ANY_DAY).map((day) => day.slice(0, 7)).sort();
    if (!days.length) return [];
    const found = [];
    let [year, month] = days[Math.floor(days.length * 0.05)].split("-").map(Number);
    const last = days[days.length - 1];
    for (let count = 0; count < 600; count += 1) {
      const text = String(year).padStart(4, "0") + "-" + String(month).padStart(2, "0");
      found.push(text);
      if (text >= last) break;
      month += 1;
      if (month > 12) [year, month] = [year + 1, 1];
    }
    return found;
  }

  function inTime(claim) {
    if (!state.month) return true;
    const end = state.month + "-31";
    if (state.mode === "known") return Boolean(claim.known) && claim.known <= end;
    return Boolean(claim.days) && claim.days[0] <= end && claim.days[1] >= state.month + "-01";
  }

  // `facet` names the filter that is left out, so that its own counts stay useful
  function passes(claim, facet) {
    const { line } = claim;
    return (facet === "kinds" || !(state.hidden.has(nodes.get(line.from).kind) || state.hidden.has(nodes.get(line.to).kind)))
      && (facet === "status" || !(state.hidden.has(line.status) || (line.implied && state.hidden.has("implied"))))
      && (facet === "relations" || !state.hidden.has(line.relation))
      && inTime(claim);
  }

  const shown = { claims: new Set(), lines: new Set(), nodes: new Set() };
  function sift() {
    shown.claims = new Set(claims.filter((claim) => passes(claim)));
    shown.lines = new Set([...shown.claims].map((claim) => claim.line.id));
    const kept = new Set(data.focus);
    if (answer()) for (const end of [answer().buyer, answer().chip]) if (end && end.node) kept.add(end.node);
    if (state.node) kept.add(state.node);
    for (const id of shown.lines) kept.add(lines.get(id).from).add(lines.get(id).to);
    shown.nodes = new Set([...nodes.values()].filter((node) => !state.hidden.has(node.kind)
      && (kept.has(node.id) || node.degree === 0)).map((node) => node.id));
    if (state.node) shown.nodes.add(state.node);
  }

  // what is lit: the choice, else the path; null when everything is
  function lit() {
    const found = { nodes: new Set(), lines: new Set() };
    const add = (line) => { if (shown.lines.has(line.id)) { found.lines.add(line.id); found.nodes.add(line.from).add(line.to); } };
    if (path() && !state.node) {
      path().nodes.forEach((id) => found.nodes.add(id));
      path().steps.forEach((step) => step.lines.slice(0, 1).forEach((id) => add(lines.get(id))));
    }
    if (state.node) { found.nodes.add(state.node); nodes.get(state.node).lines.forEach(add); }
    if (state.line) add(lines.get(state.line));
    return found.nodes.size ? found : null;
  }

  // --- geometry ------------------------------------------------------------------------------

  const moved = new Map();
  const bends = new Map();
  const spot = new Map();
  const radius = (id) => {
    const row = rowNodes();
    return row.includes(id) ? 17 : 11 + Math.min(5, Math.sqrt(nodes.get(id).degree));
  };
  function rowNodes() {
    const paths = answer() ? answer().paths : [];
    const chosen = paths[state.path ?? state.row ?? 0];
    return chosen ? chosen.nodes : [];
  }

  function place() {
    for (const node of nodes.values()) {
      const [x, y] = node[state.layout];
      spot.set(node.id, moved.get(state.layout + node.id) || { x, y });
    }
    if (state.layout === "layered" && rowNodes().length) {
      const { row, nodes: members } = answer().paths[state.path ?? state.row ?? 0];
      members.forEach((id, at) => { if (!moved.has("layered" + id)) spot.set(id, { x: row[at], y: 0 }); });
    }
    bend();
  }

  // vis-network's own rule for curvedCW (bend > 0) and curvedCCW (bend < 0)
  function via(a, b, bent) {
    if (!bent) return null;
    const reach = (0.5 * Math.abs(bent) + 0.5) * Math.hypot(b.x - a.x, b.y - a.y);
    const angle = Math.atan2(a.y - b.y, b.x - a.x) + (0.5 * bent + 0.5) * Math.PI;
    return { x: a.x + reach * Math.sin(angle), y: a.y + reach * Math.cos(angle) };
  }
  function along(a, b, through, t) {
    const mid = through || { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    const [u, v, w] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
    return { x: u * a.x + v * mid.x + w * b.x, y: u * a.y + v * mid.y + w * b.y };
  }
  function curve(line) {
    const [a, b] = [spot.get(line.from), spot.get(line.to)];
    return { a, b, via: via(a, b, bends.get(line.id) || 0) };
  }

  // a line that would run through a third node, or over a line between the same ends, is curved
  function bend() {
    const cells = new Map();
    const size = 160;
    const cell = (x, y) => Math.floor(x / size) + "," + Math.floor(y / size);
    for (const [id, at] of spot) {
      const key = cell(at.x, at.y);
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push(id);
    }
    const hits = (line, bent) => {
      const [a, b] = [spot.get(line.from), spot.get(line.to)];
      const through = via(a, b, bent);
      const steps = Math.max(6, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / 22));
      const found = new Set();
      for (let step = 1; step < steps; step += 1) {
        const at = along(a, b, through, step / steps);
        for (const [right, down] of [[0, 0], [34, 34], [-34, 34], [34, -34], [-34, -34]]) {
          for (const id of cells.get(cell(at.x + right, at.y + down)) || []) {
            if (id === line.from || id === line.to) continue;
            const other = spot.get(id);
            if (Math.hypot(other.x - at.x, other.y - at.y) < radius(id) + 12) found.add(id);
          }
        }
      }
      return found.size;
    };
    const straight = new Set(path() ? path().steps.flatMap((step) => step.lines.slice(0, 1)) : []);
    const pairs = new Map();
    for (const line of lines.values()) {
      const key = line.from < line.to ? line.from + line.to : line.to + line.from;
      if (!pairs.has(key)) pairs.set(key, []);
      pairs.get(key).push(line);
    }
    const choices = [0, 0.16, -0.16, 0.28, -0.28, 0.42, -0.42, 0.56, -0.56, 0.7, -0.7];
    for (const group of pairs.values()) {
      const free = new Set(choices);
      group.sort((one, other) => straight.has(other.id) - straight.has(one.id));
      for (const line of group) {
        const side = line.from < line.to ? 1 : -1;
        let best = 0;
        let least = Infinity;
        for (const choice of straight.has(line.id) && free.has(0) ? [0] : free) {
          const count = choice === 0 && straight.has(line.id) ? 0 : hits(line, choice * side);
          if (count < least) [best, least] = [choice, count];
          if (!count) break;
        }
        if (free.size > 1) free.delete(best);
        bends.set(line.id, best * side);
      }
    }
  }

  function distanceTo(line, point) {
    const { a, b, via: through } = curve(line);
    let least = Infinity;
    let before = a;
    for (let step = 1; step <= 16; step += 1) {
      const at = along(a, b, through, step / 16);
      const [dx, dy] = [at.x - before.x, at.y - before.y];
      const t = Math.max(0, Math.min(1, ((point.x - before.x) * dx + (point.y - before.y) * dy) / (dx * dx + dy * dy || 1)));
      least = Math.min(least, Math.hypot(point.x - before.x - t * dx, point.y - before.y - t * dy));
      before = at;
    }
    return least;
  }

  // the outlines that vis-network draws for its shapes
  function outline(shape, x, y, r) {
    const polygon = (points) => "M" + points.map(([px, py]) => px.toFixed(2) + " " + py.toFixed(2)).join("L") + "Z";
    const turn = (count, start, far) => Array.from({ length: count }, (_, at) => {
      const angle = start + (at * 2 * Math.PI) / count;
      return [x + far(at) * Math.cos(angle), y + far(at) * Math.sin(angle)];
    });
    const h = Math.sqrt(3) * 1.15 * r;
    if (shape === "square") return polygon([[x - r, y - r], [x + r, y - r], [x + r, y + r], [x - r, y + r]]);
    if (shape === "diamond") return polygon([[x, y + r], [x + r, y], [x, y - r], [x - r, y]]);
    if (shape === "hexagon") return polygon(turn(6, 0, () => r));
    if (shape === "star") return polygon(turn(10, -Math.PI / 2, (at) => 0.82 * r * (at % 2 ? 0.5 : 1.3)));
    if (shape === "triangle" || shape === "triangleDown") {
      const up = shape === "triangle" ? 1 : -1;
      const base = y + up * (0.275 * 1.15 * r + (Math.sqrt(3) / 6) * 2.3 * r);
      return polygon([[x, base - up * h], [x + 1.15 * r, base], [x - 1.15 * r, base]]);
    }
    return `M${x - r} ${y}A${r} ${r} 0 1 0 ${x + r} ${y}A${r} ${r} 0 1 0 ${x - r} ${y}Z`;
  }

  // --- colours -------------------------------------------------------------------------------

  let ink = {};
  function readInk() {
    const style = getComputedStyle(document.documentElement);
    const read = (key) => style.getPropertyValue("--" + key).trim();
    ink = { canvas: read("canvas"), text: read("text"), muted: read("muted"), line: read("line"),
      accent: read("accent"), faint: read("faint"), cross: read("cross"), dark: read("dark") === "1" };
  }
  function mix(one, other, share) {
    const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    const [a, b] = [parts(one), parts(other)];
    return "#" + a.map((value, at) => Math.round(value * share + b[at] * (1 - share)).toString(16).padStart(2, "0")).join("");
  }
  function kindColour(kind) {
    const { colour } = kinds.get(kind);
    return ink.dark ? mix(colour, "#ffffff", 0.58) : colour;
  }

  // --- drawing -------------------------------------------------------------------------------

  const box = $("graph");
  let network = null;
  let nodeSet = null;
  let lineSet = null;
  let light = null;
  let hover = null;
  let drawn = [];
  const sent = new Map();

  function look(line) {
    const on = light && light.lines.has(line.id);
    const away = light && !on;
    const plainLine = shown.lines.size > 200 ? mix(ink.line, ink.canvas, 0.55) : ink.line;
    const colour = away ? ink.faint : on ? ink.accent : CROSSED.has(line.status) ? ink.cross : plainLine;
    const width = state.line === line.id ? 3.4 : on ? 2 : away ? 1 : 1.2;
    return { colour, width, dashes: DASHES.get(line.style) || false };
  }
  function dot(node) {
    const away = light && !light.nodes.has(node.id);
    const colour = kindColour(node.kind);
    return { colour: away ? mix(colour, ink.canvas, 0.26) : colour, away, chosen: state.node === node.id };
  }

  function paint() {
    light = lit();
    const changed = (id, item) => {
      const text = JSON.stringify(item);
      if (sent.get(id) === text) return false;
      sent.set(id, text);
      return true;
    };
    const nodeItems = [...nodes.values()].map((node) => {
      const { colour, chosen } = dot(node);
      return { id: node.id, ...spot.get(node.id), hidden: !shown.nodes.has(node.id), size: radius(node.id),
        shape: kinds.get(node.kind).shape, borderWidth: chosen ? 3 : node.generic ? 1.5 : 0,
        shapeProperties: { borderDashes: node.generic && !chosen ? [3, 2] : false },
        color: { background: node.generic ? mix(colour, ink.canvas, 0.55) : colour, border: chosen ? ink.text : colour } };
    }).filter((item) => changed(item.id, item));
    const lineItems = [...lines.values()].map((line) => {
      const { colour, width, dashes } = look(line);
      const bent = bends.get(line.id) || 0;
      return { id: line.id, from: line.from, to: line.to, hidden: !shown.lines.has(line.id), width, dashes,
        color: { color: colour, highlight: colour, hover: colour, inherit: false },
        smooth: bent ? { enabled: true, type: bent > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(bent) } : { enabled: false } };
    }).filter((item) => changed(item.id, item));
    if (!network) return start(nodeItems, lineItems);
    if (nodeItems.length) nodeSet.update(nodeItems);
    if (lineItems.length) lineSet.update(lineItems);
    return network.redraw();
  }

  function start(nodeItems, lineItems) {
    nodeSet = new vis.DataSet(nodeItems);
    lineSet = new vis.DataSet(lineItems);
    network = new vis.Network(box, { nodes: nodeSet, edges: lineSet }, {
      ...data.options,
      layout: { improvedLayout: false },
      interaction: { hover: true, hoverConnectedEdges: false, selectConnectedEdges: false, selectable: true,
        keyboard: false, tooltipDelay: 1e9, hideEdgesOnDrag: lines.size > 1000, hideEdgesOnZoom: lines.size > 1000 },
      nodes: { chosen: false, labelHighlightBold: false, borderWidthSelected: 3 },
      edges: { chosen: false, selectionWidth: 0, hoverWidth: 0, arrows: { to: { enabled: true, scaleFactor: 0.55 } },
        arrowStrikethrough: false, selfReference: { size: 16 } },
    });
    network.on("afterDrawing", (context) => {
      const canvas = context.canvas;
      const ratio = canvas.width / (canvas.clientWidth || 1);
      context.save();
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawn = texts(context);
      drawTexts(context, drawn);
      context.restore();
    });
    network.on("click", ({ pointer }) => choose(pointer.DOM));
    network.on("dragEnd", ({ nodes: held }) => {
      for (const id of held) moved.set(state.layout + id, network.getPosition(id));
      network.unselectAll();
      if (held.length) { place(); paint(); }
    });
    network.on("hoverNode", ({ node }) => { hover = node; box.classList.add("pointing"); network.redraw(); });
    network.on("blurNode", () => { hover = null; box.classList.remove("pointing"); network.redraw(); });
    let waiting = false;
    box.addEventListener("pointermove", (event) => {
      if (waiting || event.buttons) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        const frame = box.getBoundingClientRect();
        const near = linesAt({ x: event.clientX - frame.left, y: event.clientY - frame.top });
        box.classList.toggle("pointing", Boolean(hover || near.length));
      });
    });
    new ResizeObserver(() => { if (box.clientWidth) { network.setSize("100%", "100%"); network.redraw(); } }).observe(box);
  }

  function linesAt(at) {
    const point = network.DOMtoCanvas(at);
    const reach = 9 / network.getScale();
    return [...shown.lines].map((id) => [distanceTo(lines.get(id), point), id])
      .filter(([distance]) => distance < reach)
      .sort(([one, a], [other, b]) => one - other || (light ? light.lines.has(b) - light.lines.has(a) : 0))
      .map(([, id]) => id);
  }
  function choose(at) {
    const node = network.getNodeAt(at);
    network.unselectAll();
    if (node !== undefined) return go({ node, line: null });
    const near = linesAt(at);
    if (near.length) return go({ line: near[0], node: null, under: near.slice(1, 6) });
    return go({ node: null, line: null });
  }

  const widths = new Map();
  function measure(context, font, text) {
    const key = font + text;
    if (!widths.has(key)) { context.font = font; widths.set(key, context.measureText(text).width); }
    return widths.get(key);
  }
  function wrap(context, font, text, width, most) {
    const found = [];
    let row = "";
    for (const part of text.slice(0, 240).split(/\s+/)) {
      const longer = row ? row + " " + part : part;
      if (row && measure(context, font, longer) > width) { found.push(row); row = part; } else row = longer;
    }
    found.push(row);
    const kept = found.slice(0, most);
    if (found.length > most) kept[most - 1] += " …";
    return kept.map((line) => {
      let short = line.slice(0, 80);
      while (short.length > 2 && measure(context, font, short) > width + 8) short = short.slice(0, -2).trimEnd() + "…";
      return short;
    });
  }

  // the texts of the drawing in pixels: those that would collide are left out, the least connected first
  function texts(context) {
    const scale = network.getScale();
    const [wide, high] = [box.clientWidth, box.clientHeight];
    const found = [];
    const taken = [];
    const meets = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
    const collides = (area, own) => taken.some((other) => other.own !== own && meets(area, other));
    const onPath = path() ? rowNodes() : [];
    const row = state.layout === "layered" ? onPath : [];
    const small = wide < 520;
    const pixel = new Map([...shown.nodes].map((id) => [id, network.canvasToDOM(spot.get(id))]));
    for (const [id, at] of pixel) {
      const r = radius(id) * scale;
      taken.push({ x: at.x - r, y: at.y - r, w: 2 * r, h: 2 * r, own: id });
    }
    const emphasis = (id) => (state.node === id || hover === id ? 3 : onPath.includes(id) || (!answer() && data.focus.includes(id)) ? 2 : light && light.nodes.has(id) ? 1 : 0);
    const add = (text) => { taken.push(text.area); found.push(text); };
    const onRow = (id) => row.includes(lines.get(id).from) && row.includes(lines.get(id).to) && !bends.get(id);
    const nameLine = (id) => {
      const line = lines.get(id);
      const { a, b, via: through } = curve(line);
      const straight = onRow(id);
      const [from, to] = [network.canvasToDOM(a), network.canvasToDOM(b)];
      const room = Math.hypot(to.x - from.x, to.y - from.y) - (radius(line.from) + radius(line.to)) * scale - (small ? 12 : 26);
      const counted = line.claims.length > 1 ? phrase(line) + " ×" + line.claims.length : phrase(line);
      for (const [label, size] of [[counted, 12], [phrase(line), 12], [phrase(line), 11], [phrase(line), 10]]) {
        const font = `500 ${size}px ${BASE_FONT}`;
        const one = !straight || measure(context, font, label) <= room;
        if (!one && label === counted && counted !== phrase(line)) continue;
        const rows = one ? [label] : wrap(context, font, label, Math.max(room, 40), 3);
        const w = Math.max(...rows.map((text) => measure(context, font, text)));
        if (straight && w > room && size > 10) continue;
        const h = rows.length * (size + 3);
        // several rows stand above the line, so that they keep clear of the names below it
        const lift = straight && rows.length > 1 ? h / 2 + 5 : 0;
        const spots = (straight ? [0.5] : [0.5, 0.4, 0.6, 0.3, 0.7]).map((t) => network.canvasToDOM(along(a, b, through, t)));
        const at = spots.find(({ x, y }) => !collides({ x: x - w / 2 - 3, y: y - h / 2 - lift, w: w + 6, h }, id)) || (straight ? spots[0] : null);
        if (at && (straight || (at.x > 0 && at.y > 0 && at.x < wide && at.y < high))) {
          const y = at.y - h / 2 - lift;
          add({ x: at.x, y, rows, size, font, weight: 500, colour: ink.text, plate: true, area: { x: at.x - w / 2 - 4, y: y - 1, w: w + 8, h: h + 2, own: id } });
        }
        return;
      }
    };
    const order = [...pixel.keys()].sort((one, other) => emphasis(other) - emphasis(one)
      || nodes.get(other).degree - nodes.get(one).degree || (one < other ? -1 : 1));
    const nameNode = (id) => {
      const at = pixel.get(id);
      if (at.x < -80 || at.y < -40 || at.x > wide + 80 || at.y > high + 40) return;
      const rank = emphasis(id);
      const away = light && rank === 0;
      const size = rank >= 2 ? (small ? 12 : 13) : 12;
      const weight = rank >= 2 ? 600 : 400;
      const font = `${weight} ${size}px ${BASE_FONT}`;
      let room = 120;
      if (row.includes(id)) {
        const place = row.indexOf(id);
        const next = pixel.get(row[place + 1]) || pixel.get(row[place - 1]);
        room = next ? Math.max(54, Math.min(170, Math.abs(next.x - at.x) - 14)) : 170;
      }
      const rows = wrap(context, font, nodes.get(id).name, room, rank >= 2 ? 5 : 2);
      const { cut } = nodes.get(id);
      const noted = cut && rank && light && !small;
      if (noted) rows.push(say("node.cut", { n: cut }));
      const w = Math.max(...rows.map((text) => measure(context, font, text)));
      const h = rows.length * (size + 3);
      const r = radius(id) * scale + 5;
      const inside = (x) => (w + 8 < wide && at.x > 0 && at.x < wide ? Math.max(w / 2 + 4, Math.min(wide - w / 2 - 4, x)) : x);
      const sides = [[at.x, at.y + r], [at.x, at.y - r - h], [at.x + r + w / 2, at.y - h / 2], [at.x - r - w / 2, at.y - h / 2]]
        .slice(0, state.layout === "force" && !row.includes(id) ? 4 : 1).map(([x, y]) => ({ x: inside(x), y }));
      const area = ({ x, y }) => ({ x: x - w / 2 - 2, y, w: w + 4, h, own: id });
      // the best connected may cover other nodes, never other names
      const hub = rank || nodes.get(id).degree > 11;
      const side = sides.find((one) => !collides(area(one), id)) || (hub && sides.find((one) => !found.some((text) => meets(area(one), text.area)))) || (rank >= 2 && sides[0]);
      if (!side) return;
      add({ ...side, rows, size, font, weight, colour: away ? ink.muted : ink.text, plate: rank === 3, halo: true,
        faded: away, area: area(side), id, note: noted ? rows.length - 1 : -1 });
    };
    order.filter((id) => row.includes(id)).forEach(nameNode);
    const named = light ? [...light.lines] : shown.lines.size <= 30 ? [...shown.lines] : [];
    const others = order.filter((id) => !row.includes(id));
    if (!light) others.forEach(nameNode);
    [...named.filter(onRow), ...named.filter((id) => !onRow(id))].forEach(nameLine);
    if (light) others.forEach(nameNode);
    return found;
  }

  function drawTexts(context, all) {
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    for (const id of shown.lines) {
      const line = lines.get(id);
      if (CROSSED.has(line.status)) cross(context, line);
    }
    for (const text of all) {
      context.globalAlpha = text.faded ? 0.62 : 1;
      context.font = text.font;
      if (text.plate) {
        context.fillStyle = ink.canvas;
        context.fillRect(text.area.x, text.area.y, text.area.w, text.area.h);
      }
      text.rows.forEach((row, at) => {
        const y = text.y + at * (text.size + 3);
        if (text.halo) {
          context.strokeStyle = ink.canvas;
          context.lineWidth = 4;
          context.strokeText(row, text.x, y);
        }
        context.fillStyle = at === text.note ? ink.muted : text.colour;
        context.fillText(row, text.x, y);
      });
    }
    context.globalAlpha = 1;
  }
  function crossAt(line) {
    const { a, b, via: through } = curve(line);
    return network.canvasToDOM(along(a, b, through, light && light.lines.has(line.id) ? 0.72 : 0.5));
  }
  function cross(context, line) {
    const at = crossAt(line);
    const r = Math.max(3, Math.min(6, 6 * network.getScale()));
    context.strokeStyle = look(line).colour;
    context.lineWidth = 1.8;
    context.beginPath();
    context.moveTo(at.x - r, at.y - r);
    context.lineTo(at.x + r, at.y + r);
    context.moveTo(at.x + r, at.y - r);
    context.lineTo(at.x - r, at.y + r);
    context.stroke();
  }

  function fit(ids) {
    const points = [...(ids || shown.nodes)].map((id) => spot.get(id));
    if (!points.length || !box.clientWidth) return;
    const [xs, ys] = [points.map((at) => at.x), points.map((at) => at.y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const side = box.clientWidth < 520 ? 44 : 78;
    const scale = Math.min(1.3, (box.clientWidth - 2 * side) / Math.max(1, right - left),
      (box.clientHeight - 130) / Math.max(1, bottom - top));
    network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale: Math.max(0.05, scale) });
  }
  function home() {
    if (box.clientWidth < 520 && path()) return fit(path().nodes);
    return fit();
  }
  function reveal(id) {
    const around = [...(light ? light.nodes : [id])];
    const inside = around.every((one) => {
      const at = network.canvasToDOM(spot.get(one));
      return at.x > 20 && at.y > 20 && at.x < box.clientWidth - 20 && at.y < box.clientHeight - 40;
    });
    if (!inside || network.getScale() < 0.5) fit(around);
  }

  // --- the left rail -------------------------------------------------------------------------

  const counters = new Map();
  function legendMark(group, key) {
    if (group === "kinds") {
      return svg("svg", { class: "mark", viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" },
        svg("path", { d: outline(kinds.get(key).shape, 10, 10, 7), class: "kind", "data-kind": key }));
    }
    if (group === "relations") return null;
    const dashes = DASHES.get(key);
    return svg("svg", { class: "mark", viewBox: "0 0 34 12", width: 34, height: 12, "aria-hidden": "true" },
      svg("line", { x1: 1, y1: 6, x2: 33, y2: 6, class: "stroke", "stroke-dasharray": dashes ? dashes.map((dash) => dash * 0.8).join(" ") : null,
        "stroke-linecap": key === "alleged" ? "round" : null }),
      CROSSED.has(key) ? svg("path", { d: "M13 2L21 10M21 2L13 10", class: "stroke" }) : null);
  }
  function fieldset(group, keys, label, about) {
    const rows = keys.map((key) => {
      const counter = el("span", { class: "number" });
      counters.set(group + key, counter);
      const tick = el("input", { type: "checkbox", "data-filter": key, checked: true, change: () => {
        state.hidden[tick.checked ? "delete" : "add"](key);
        state.page = 0;
        render();
      } });
      return el("div", { class: "row", title: about ? about(key) : null },
        el("label", {}, tick, legendMark(group, key), foreign("span", label(key), { class: "name" }), counter),
        button(say("filters.only"), () => {
          const others = keys.filter((other) => other !== key);
          const alone = others.every((other) => state.hidden.has(other)) && !state.hidden.has(key);
          for (const other of others) state.hidden[alone ? "delete" : "add"](other);
          state.hidden.delete(key);
          state.page = 0;
          render();
        }, { class: "only", "aria-label": say("filters.only.label", { name: label(key) }) }));
    });
    return el("fieldset", { "data-group": group }, el("legend", {}, say("filters." + group)), ...rows);
  }

  function buildRail() {
    const known = (key) => words.get(key) || null;
    const parts = [
      fieldset("kinds", [...kinds.keys()], (key) => word("kind", key), (key) => known(`kind.${key}.about`)),
      fieldset("status", evidence, (key) => word("status", key), (key) => known(`status.${key}.about`)),
    ];
    if (months.length > 1) parts.push(dateField());
    parts.push(fieldset("relations", relations, (key) => word("relation", key)));
    const reset = button(say("filters.reset"), () => { state.hidden.clear(); state.month = null; state.page = 0; render(); },
      { class: "text", id: "reset" });
    $("rail").append(
      button(say("filters.show"), () => {
        const open = $("rail").classList.toggle("open");
        $("rail-toggle").setAttribute("aria-expanded", String(open));
      }, { id: "rail-toggle", "aria-expanded": "false", "aria-controls": "filters" }),
      el("div", { id: "filters" }, ...parts, reset));
  }

  function dateField() {
    const slide = el("input", { type: "range", id: "date", min: 0, max: months.length, step: 1, value: months.length,
      "aria-label": say("date.label"), input: () => {
        state.month = months[Number(slide.value)] || null;
        state.page = 0;
        render();
      } });
    const mode = (key) => el("label", { class: "mode" },
      el("input", { type: "radio", name: "mode", value: key, checked: key === "on", change: () => { state.mode = key; render(); } }),
      say("date.by_" + key));
    return el("fieldset", { id: "dates", "data-group": "date" }, el("legend", {}, say("date.label")),
      el("div", { class: "modes", role: "radiogroup", "aria-label": say("date.mode") }, mode("on"), mode("known")),
      el("output", { id: "date-shown", for: "date" }),
      el("div", { id: "bars" }), slide,
      el("div", { class: "ends" }, el("span", {}, months[0]), el("span", {}, months[months.length - 1])));
  }

  function drawBars() {
    if (!$("bars")) return;
    const counts = months.map(() => 0);
    for (const claim of claims) {
      const day = state.mode === "known" ? claim.known : claim.days && claim.days[0];
      const at = day ? Math.max(0, months.indexOf(day.slice(0, 7))) : -1;
      if (at >= 0) counts[at] += 1;
    }
    const most = Math.max(1, ...counts);
    const now = state.month ? months.indexOf(state.month) : months.length;
    $("bars").replaceChildren(svg("svg", { viewBox: `0 0 ${months.length} 24`, preserveAspectRatio: "none", "aria-hidden": "true" },
      ...counts.map((count, at) => (count ? svg("rect", { x: at, width: Math.max(0.86, months.length / 90),
        y: 24 - Math.max(2, 24 * Math.sqrt(count / most)), height: 24, class: at <= now ? "past" : "later" }) : null))));
  }

  function updateRail() {
    const count = new Map();
    const bump = (key, by) => count.set(key, (count.get(key) || 0) + by);
    for (const claim of claims) {
      if (passes(claim, "status")) { bump("status" + claim.line.status, 1); if (claim.line.implied) bump("statusimplied", 1); }
      if (passes(claim, "relations")) bump("relations" + claim.line.relation, 1);
    }
    const ends = new Set(claims.filter((claim) => passes(claim, "kinds")).flatMap((claim) => [claim.line.from, claim.line.to]));
    for (const node of nodes.values()) if (ends.has(node.id) || !node.degree) bump("kinds" + node.kind, 1);
    for (const [key, counter] of counters) counter.textContent = String(count.get(key) || 0);
    for (const tick of document.querySelectorAll("[data-filter]")) tick.checked = !state.hidden.has(tick.dataset.filter);
    for (const mark of document.querySelectorAll("[data-kind]")) mark.setAttribute("fill", kindColour(mark.dataset.kind));
    if ($("date")) {
      $("date").value = String(state.month ? months.indexOf(state.month) : months.length);
      const text = state.month || say("date.any");
      $("date").setAttribute("aria-valuetext", `${text}, ${say("line.counted", { n: shown.claims.size })}`);
      $("date-shown").textContent = state.month
        ? say("count.dated", { claims: shown.claims.size, date: state.month }) : say("date.any");
      for (const radio of document.querySelectorAll("input[name=mode]")) radio.checked = radio.value === state.mode;
      drawBars();
    }
    $("reset").disabled = !state.hidden.size && !state.month;
    const undated = state.month ? claims.filter((claim) => !(state.mode === "known" ? claim.known : claim.days)).length : 0;
    $("count").textContent = say("count.shown", { nodes: shown.nodes.size, all_nodes: nodes.size, lines: shown.lines.size, all_lines: lines.size })
      + (data.left_out ? " · " + say("count.left_out", { n: data.left_out }) : "") + (undated ? " · " + say("count.undated", { n: undated }) : "");
  }

  // --- the right panel -----------------------------------------------------------------------

  const mark = (kind) => svg("svg", { class: "mark", viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" },
    svg("path", { d: outline(kinds.get(kind).shape, 10, 10, 7), "data-kind": kind, fill: kindColour(kind) }));
  const badge = (status) => foreign("span", word("status", status), { class: "badge", "data-status": status, title: words.get(`status.${status}.about`) });
  const nodeButton = (id, attributes) => foreign("button", name(id), { type: "button", class: "text node", "data-node": nodes.get(id).key,
    click: () => go({ node: id, line: null }), ...attributes });
  const source = (claim) => data.documents[claim.document];

  function sourceLine(claim) {
    const from = source(claim);
    const date = from.published ? from.published + (from.published_basis ? ` (${say("claim.basis")})` : "") : say("claim.no_date");
    return el("p", { class: "source", title: from.published_basis },
      from.url ? webLink(from.url, from.name) : foreign("span", from.name), " · ",
      from.publisher ? foreign("span", from.publisher + " · ") : null, el("span", {}, date));
  }
  function saying(claim) {
    return claim.quote ? foreign("blockquote", "“" + claim.quote + "”") : foreign("p", claim.summary || "", { class: "told" });
  }
  function confidence(claim) {
    const share = { confirmed: 95, likely: 75, possible: 50, doubtful: 20 }[claim.confidence] ?? 0;
    return [svg("svg", { class: "meter", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { width: 100, height: 4, class: "empty" }), svg("rect", { width: share, height: 4, class: "full" })),
    el("span", {}, `${word("confidence", claim.confidence)} · ${share} %`)];
  }
  function facts(claim) {
    const list = el("dl", {});
    const put = (label, ...value) => list.append(el("dt", {}, label), el("dd", { dir: "auto" }, ...value));
    if (claim.quote && claim.summary) put(say("claim.summary"), claim.summary);
    if (claim.attribution) put(say("claim.attribution"), claim.attribution);
    put(say("claim.confidence"), ...confidence(claim));
    const scope = new Map(Object.entries(claim.scope || {}));
    for (const field of ["chips", "sites", "regions"]) if (scope.has(field)) put(say("claim." + field), scope.get(field).join(", "));
    if (claim.via) put(say("claim.via"), claim.via.join(" → "));
    const held = [claim.since && say("claim.open_end", { from: claim.since }), claim.until && say("claim.until", { to: claim.until })].filter(Boolean);
    if (held.length) put(say("claim.held"), held.join(", "));
    if (claim.due) put(say("claim.due"), claim.due);
    for (const [field, value] of Object.entries(claim.qualifiers || {})) put(word("qualifier", field), String(value));
    if (claim.locator) put(say("claim.locator"), claim.locator);
    if (source(claim).reliability) put(say("claim.reliability"), source(claim).reliability);
    put(say("claim.id"), el("code", {}, claim.id));
    return list;
  }
  const card = (claim) => el("article", { class: "card", "data-claim": claim.id }, saying(claim), sourceLine(claim), facts(claim));

  function heading(kicker, title, ...more) {
    return [el("p", { class: "kicker" }, kicker), el("h2", {}, ...[].concat(title)), ...more];
  }
  function backLink() {
    const current = path();
    return current
      ? button(say("panel.back"), () => go({ node: null, line: null }), { class: "text back" })
      : button(say("panel.back.overview"), () => go({ node: null, line: null }), { class: "text back" });
  }

  function linePanel(line) {
    const seen = line.claims.map((number) => claims[number]).filter((claim) => shown.claims.has(claim));
    const listed = seen.length ? seen : line.claims.map((number) => claims[number]);
    const under = state.under.filter((id) => shown.lines.has(id) && id !== line.id);
    return [
      ...heading(say("claim.kicker"), [nodeButton(line.from), " ", el("span", {}, phrase(line)), " ", nodeButton(line.to)]),
      el("p", { class: "badges" }, badge(line.status), line.implied ? badge("implied") : null),
      el("h3", {}, say("claim.evidence", { n: listed.length })),
      ...listed.map(card),
      listed.length < line.claims.length ? quiet(say("claim.filtered", { n: line.claims.length - listed.length }), "p") : null,
      under.length ? el("h3", {}, say("claim.under")) : null,
      ...under.map((id) => lineRow(lines.get(id), `${name(lines.get(id).from)} ${phrase(lines.get(id))} ${name(lines.get(id).to)}`)),
      backLink(),
    ];
  }

  function lineRow(line, text, prefix) {
    return el("button", { type: "button", class: "lineitem", "data-line": line.id, click: () => go({ line: line.id, node: null, under: [] }) },
      prefix ? quiet(prefix + " ") : null, foreign("span", text, { class: "name" }),
      line.claims.length > 1 ? quiet("×" + line.claims.length) : null,
      line.implied ? badge("implied") : null, badge(line.status));
  }

  function nodePanel(node) {
    const visible = node.lines.filter((line) => shown.lines.has(line.id));
    const out = visible.filter((line) => line.from === node.id);
    const into = visible.filter((line) => line.to === node.id);
    const group = (list, key, other, arrow) => (list.length ? [el("h3", {}, say(key, { n: list.length })),
      ...list.sort((a, b) => phrase(a).localeCompare(phrase(b), data.language) || name(other(a)).localeCompare(name(other(b)), data.language))
        .map((line) => lineRow(line, name(other(line)), arrow(phrase(line))))] : []);
    const chip = answer() && answer().chip && answer().chip.node === node.id;
    return [
      el("p", { class: "kicker" }, mark(node.kind), " ", word("kind", node.kind)),
      foreign("h2", node.name),
      node.generic ? el("p", { class: "badges" }, el("span", { class: "badge plain" }, say("node.generic"))) : null,
      node.aliases ? el("p", { class: "quiet" }, say("node.aliases") + ": ", foreign("span", node.aliases.join(", "))) : null,
      node.note ? foreign("p", node.note, { class: "told" }) : null,
      node.cut ? el("p", { class: "quiet" }, el("strong", {}, say("node.cut", { n: node.cut })), " ", say("node.cut.about")) : null,
      ...group(out, "node.out", (line) => line.to, (text) => text + " →"),
      ...group(into, "node.in", (line) => line.from, (text) => "← " + text),
      visible.length ? null : quiet(say("node.none"), "p"),
      ...(chip ? timelinePanel() : []),
      backLink(),
    ];
  }

  const pathEnd = (one) => (one.nodes[one.nodes.length - 1] === answer().chip.node ? "" : " → " + name(one.nodes[one.nodes.length - 1]));
  const pathVia = (one) => one.nodes.slice(1, -1).filter((id) => nodes.get(id).kind !== "Datacenter").map(name).join(", ")
    || one.nodes.slice(1, -1).map(name).join(", ");
  function stepWords(step) {
    return `${name(step.from)} ${word("relation", step.relation)} ${name(step.to)}`;
  }

  function findingCard(number) {
    if (number === undefined) return null;
    const finding = data.findings[number];
    const rules = (finding.rules || []).map((at) => data.rules[at]);
    const coverage = finding.coverage && (words.get("finding." + finding.coverage) || String(finding.coverage));
    return el("div", { class: "finding", "data-coverage": finding.coverage },
      el("p", {}, el("strong", {}, say("finding.title")), " ", coverage ? foreign("span", coverage, { class: "badge plain" }) : null),
      foreign("p", finding.sentence || ""),
      ...["missing", "duties"].map((key) => (finding[key] ? quiet(say("finding." + key, { what: finding[key].map(plain).join("; ") }), "p") : null)),
      rules.length ? el("details", { open: rules.length < 3 }, el("summary", {}, say("finding.why", { n: rules.length })),
        el("ul", {}, ...rules.map((rule) => el("li", { dir: "auto" }, el("strong", {}, rule.citation), rule.reason ? ": " + rule.reason : "")))) : null);
  }

  function stepItem(step, at, one) {
    const first = step.lines.map((id) => lines.get(id))[0];
    const hidden = step.lines.length > 0 && !step.lines.some((id) => shown.lines.has(id));
    const told = step.claims.map((number) => claims[number]);
    const before = at ? one.steps[at - 1].claims.map((number) => claims[number].document) : null;
    const changes = !one.stated && before && told.length > 0 && !told.some((claim) => before.includes(claim.document));
    const more = told.length - 1;
    const title = [el("strong", {}, word("relation", step.relation) + " →"), " ", badge(step.status), step.implied ? badge("implied") : null];
    return el("li", { class: "step" + (at === one.weakest ? " weakest" : "") },
      el("div", { class: "who" }, mark(nodes.get(step.from).kind), nodeButton(step.from)),
      changes ? el("p", { class: "changes" }, say("path.changes")) : null,
      el("div", { class: "card", "data-step": at + 1 },
        first ? el("button", { type: "button", class: "open", click: () => go({ line: first.id, node: null, under: step.lines.slice(1) }) }, ...title)
          : el("p", { class: "open" }, ...title),
        told.length ? saying(told[0]) : null,
        told.length ? sourceLine(told[0]) : null,
        told.length && told[0].attribution ? el("p", { class: "source" }, say("claim.attribution") + ": ", foreign("span", told[0].attribution)) : null,
        hidden ? quiet(say("path.filtered"), "p") : null,
        (step.marks || []).length ? el("p", { class: "badges" }, ...step.marks.map((text) => foreign("span", text, { class: "badge plain" }))) : null,
        more > 0 ? el("details", {}, el("summary", {}, more === 1 ? say("panel.one_source") : say("panel.more_sources", { n: more })),
          ...told.slice(1).map((claim) => el("div", { class: "also" }, saying(claim), sourceLine(claim)))) : null,
        findingCard(step.finding)));
  }

  function timelinePanel() {
    const current = path();
    const periods = (current && current.timeline) || (answer() && answer().timeline) || [];
    if (!periods.length) return [];
    return [el("h3", {}, say("timeline.title", { chip: answer().chip.name })),
      el("ol", { class: "timeline" }, ...periods.map((period) => {
        return el("li", { class: period.now ? "now" : null, "data-outcome": period.outcome },
          el("span", { class: "when" }, `${period.from || "…"} – ${period.to || say("timeline.now")}`), " ",
          foreign("strong", period.outcome || period.coverage || ""), period.paragraph ? foreign("span", " · " + period.paragraph) : null,
          period.note || period.sentence ? quiet(period.note || period.sentence, "p") : null);
      }))];
  }

  function pathTabs(all) {
    if (all.length < 2) return null;
    const labels = all.map((one) => (pathVia(one) ? say("path.via", { via: pathVia(one) }) : say("path.direct")) + pathEnd(one));
    const list = el("div", { class: "tabs", role: "tablist", "aria-label": say("path.tabs"), keydown: (event) => {
      const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!move) return;
      event.preventDefault();
      go({ path: (state.path + move + all.length) % all.length, row: null });
      list.parentNode && list.remove();
      document.querySelector("[role=tab][aria-selected=true]").focus();
    } }, ...all.map((one, at) => foreign("button", `${at + 1} ${labels[at]}`, {
      type: "button", role: "tab", id: "tab" + at, title: labels[at], "aria-selected": String(at === state.path), "aria-controls": "steps",
      tabindex: at === state.path ? "0" : "-1", click: () => { go({ path: at, row: at }); $("tab" + at).focus(); } })));
    return list;
  }

  function asked() {
    const one = answer();
    const chips = [];
    if (one.as_of) chips.push(say("answer.as_of", { date: one.as_of }));
    if (one.known_by) chips.push(say("answer.known_by", { date: one.known_by }));
    for (const [key, value] of Object.entries(one.filters || {})) {
      if (value !== null && value !== false && !(Array.isArray(value) && !value.length)) chips.push(`${key}: ${Array.isArray(value) ? value.join(", ") : value}`);
    }
    return chips.map((text) => foreign("span", text, { class: "badge plain" }));
  }

  const noteLines = () => (answer().notes || []).map((text) => quiet(text, "p"));

  function pathPanel(one) {
    const all = answer().paths;
    const middle = pathVia(one);
    const weakest = one.steps[one.weakest];
    const ends = { from: name(one.nodes[0]), to: name(one.nodes[one.nodes.length - 1]), via: middle };
    return [
      ...heading(say(one.steps.length === 1 ? "path.kicker.one" : "path.kicker", { n: state.path + 1, all: all.length, steps: one.steps.length }),
        foreign("span", say(middle ? "path.named.via" : "path.named", ends)), pathTabs(all)),
      el("p", { class: "badges" },
        el("span", { class: "badge " + (one.stated ? "good" : "plain"), title: say(one.stated ? "path.stated" : "path.composed") }, say(one.stated ? "path.stated.short" : "path.composed.short")),
        badge(one.status), el("span", { class: "badge plain" }, say("path.confidence", { n: percent(one.confidence) })),
        ...(one.marks || []).map((text) => foreign("span", text, { class: "badge warn" })), ...asked()),
      weakest ? foreign("p", say("path.weakest", { step: stepWords(weakest), status: word("status", weakest.status), n: percent(weakest.confidence) }), { class: "weak" }) : null,
      el("p", { class: "quiet" }, say(one.stated ? "path.stated" : "path.composed") + "."),
      ...noteLines(),
      el("div", all.length > 1 ? { id: "steps", role: "tabpanel", "aria-labelledby": "tab" + state.path } : {}, el("ol", { class: "steps" },
        ...one.steps.map((step, at) => stepItem(step, at, one)),
        el("li", { class: "end" }, el("div", { class: "who" }, mark(nodes.get(one.nodes[one.nodes.length - 1]).kind), nodeButton(one.nodes[one.nodes.length - 1]))))),
      ...pathNotes(one),
      ...timelinePanel(),
      button(say("panel.leave"), () => go({ path: null, row: state.path, node: null, line: null }), { class: "text" }),
    ];
  }

  function pathNotes(one) {
    const found = [];
    const places = (one.places || []).map((spotted) => {
      const site = byKey.get(spotted.site);
      return [site ? name(site) : spotted.site, spotted.region && (spotted.region.name || spotted.region.id)].filter(Boolean).join(": ");
    });
    if (places.length) found.push(el("h3", {}, say("path.places")), ...places.map((text) => foreign("p", text)));
    if (one.route || one.verdict || (one.findings || []).length) {
      found.push(el("h3", {}, say("path.finding")));
      if (one.route) found.push(foreign("p", `${say("path.route")} ${one.route}${one.route_name ? ": " + one.route_name : ""}`));
      if (one.verdict) found.push(foreign("p", String(one.verdict), { class: "verdict" }));
      for (const finding of one.findings || []) found.push(findingCard(finding));
    }
    if ((one.corroborated_by || []).length) {
      found.push(el("h3", {}, say("path.corroborated")), ...one.corroborated_by.map((item) => {
        if (item.claim === undefined) {
          return el("div", { class: "card" }, foreign("p", item.text || "", { class: "told" }),
            el("p", { class: "source" }, item.url ? webLink(item.url, item.source || "") : foreign("span", item.source || ""), item.published ? " · " + item.published : ""));
        }
        const claim = claims[item.claim];
        return el("div", { class: "card" }, lineRow(claim.line, `${name(claim.line.from)} ${phrase(claim.line)} ${name(claim.line.to)}`), saying(claim), sourceLine(claim));
      }));
    }
    return found;
  }
  function plain(value) {
    if (value === null || value === undefined) return "";
    if (Array.isArray(value)) return value.map(plain).filter(Boolean).join("; ");
    if (typeof value === "object") return plain(value.sentence || value.reason || value.text || value.name || Object.entries(value).map(([key, one]) => `${key}: ${plain(one)}`));
    return String(value);
  }

  function nonePanel() {
    const one = answer();
    const searched = one.searched || {};
    const why = one.negative || {};
    const names = (key) => ((why[key] || []).length ? [el("h3", {}, say("answer." + key)), foreign("p", why[key].slice(0, 20).join(", "))] : []);
    const misses = (why.near_misses || []).filter((miss) => miss.reasons.length || miss.steps.length);
    return [
      ...heading(word("kind", one.chip.kind || "Chip"), foreign("span", say("path.named", { from: one.buyer.name, to: one.chip.name }))),
      el("p", { class: "weak" }, words.get("answer.outcome." + why.outcome) || say("answer.none")),
      el("p", { class: "badges" }, ...asked()),
      el("p", {}, searched.claims === undefined ? say("answer.searched.short", { hops: searched.max_hops })
        : say("answer.searched", { hops: searched.max_hops, claims: searched.claims, statuses: (searched.statuses || []).map((key) => word("status", key)).join(", ") })),
      searched.truncated ? el("p", {}, say("answer.truncated")) : null,
      misses.length ? el("h3", {}, say("answer.near")) : null,
      ...misses.map((miss) => el("div", { class: "card" },
        ...miss.steps.map(([from, relation, to]) => foreign("p", `${from} ${word("relation", relation)} ${to}`)),
        el("ul", {}, ...miss.reasons.map((text) => foreign("li", plain(text)))))),
      ...names("holders"), ...names("reached"), ...names("unnamed"), ...noteLines(),
      ...timelinePanel(),
    ];
  }

  function overviewPanel() {
    const first = [...nodes.values()].filter((node) => shown.nodes.has(node.id))
      .sort((a, b) => b.degree - a.degree || a.name.localeCompare(b.name, data.language)).slice(0, 10);
    const tally = new Map();
    for (const claim of shown.claims) tally.set(claim.document, (tally.get(claim.document) || 0) + 1);
    const documents = [...tally].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const back = answer() && answer().paths.length ? button(say("panel.back"), () => go({ path: state.row ?? 0 }), { class: "text back" }) : null;
    return [
      ...heading(say("panel.label"), say("overview.title", { nodes: shown.nodes.size, claims: shown.claims.size })),
      back,
      el("p", {}, say("overview.intro")),
      el("h3", {}, say("overview.connected")),
      ...first.map((node) => el("button", { type: "button", class: "lineitem", "data-node": node.key, click: () => go({ node: node.id, line: null }) },
        mark(node.kind), foreign("span", node.name, { class: "name" }), quiet(String(node.degree)))),
      el("h3", {}, say("overview.documents", { n: documents.length })),
      el("ul", { class: "sources" }, ...documents.slice(0, 40).map(([number, count]) => {
        const one = data.documents[number];
        return el("li", {}, one.url ? webLink(one.url, one.name) : foreign("span", one.name), quiet(` · ${one.published || say("claim.no_date")} · ${say("line.counted", { n: count })}`));
      })),
    ];
  }

  function updatePanel() {
    const panel = $("panel");
    let parts;
    if (state.line) parts = linePanel(lines.get(state.line));
    else if (state.node) parts = nodePanel(nodes.get(state.node));
    else if (path()) parts = pathPanel(path());
    else if (answer() && !answer().paths.length && (!data.matrix || state.row !== null)) parts = nonePanel();
    else parts = overviewPanel();
    panel.replaceChildren(...parts.filter(Boolean));
    panel.dataset.shows = state.line ? "line" : state.node ? "node" : path() ? "path" : "overview";
  }

  // --- the table and the pairs ---------------------------------------------------------------

  const PAGE = 500;
  function tableOf(list) {
    const head = ["from", "relation", "to", "evidence", "said", "source", "date"];
    return el("table", {}, el("thead", {}, el("tr", {}, ...head.map((key) => el("th", { scope: "col" }, say("table." + key))))),
      el("tbody", {}, ...list.map((claim) => {
        const { line } = claim;
        return el("tr", { "data-claim": claim.id, class: state.line === line.id ? "chosen" : null, click: (event) => { if (!event.target.closest("a,button")) go({ line: line.id, node: null, under: [] }); } },
          foreign("td", name(line.from)),
          el("td", {}, button(phrase(line), () => go({ line: line.id, node: null, under: [] }), { class: "text" })),
          foreign("td", name(line.to)), el("td", {}, badge(line.status), line.implied ? badge("implied") : null),
          foreign("td", claim.quote || claim.summary || "", { class: "said" }),
          el("td", {}, source(claim).url ? webLink(source(claim).url, source(claim).name) : foreign("span", source(claim).name)),
          el("td", { class: "date" }, claim.since || source(claim).published || ""));
      })));
  }
  const listed = () => {
    const onPath = path() ? path().steps.flatMap((step) => step.claims) : [];
    const first = new Map(onPath.map((number, at) => [claims[number], at]));
    const rank = (claim) => (first.has(claim) ? first.get(claim) : 1e6);
    return [...shown.claims].sort((a, b) => rank(a) - rank(b) || name(a.line.from).localeCompare(name(b.line.from), data.language)
      || phrase(a.line).localeCompare(phrase(b.line), data.language) || name(a.line.to).localeCompare(name(b.line.to), data.language));
  };
  function updateTable() {
    const all = listed();
    state.page = Math.min(state.page, Math.max(0, Math.ceil(all.length / PAGE) - 1));
    const from = state.page * PAGE;
    const turn = (by) => () => { state.page += by; render(); $("table").scrollTop = 0; };
    const pager = all.length > PAGE ? el("p", { class: "pager" },
      button(say("table.previous"), turn(-1), { disabled: state.page === 0 }),
      el("span", {}, say("table.page", { from: from + 1, to: Math.min(from + PAGE, all.length), all: all.length })),
      button(say("table.next"), turn(1), { disabled: from + PAGE >= all.length })) : null;
    $("table").replaceChildren(...[pager, all.length ? tableOf(all.slice(from, from + PAGE)) : el("p", { class: "none" }, say("table.none"))].filter(Boolean));
  }

  function updateMatrix() {
    const { buyers, chips, cells } = data.matrix;
    const at = new Map(cells.map((cell) => [cell.buyer + "\n" + cell.chip, cell]));
    const found = cells.filter((cell) => cell.hops).length;
    const body = buyers.map((buyer) => el("tr", {}, foreign("th", buyer.name, { scope: "row" }), ...chips.map((chip) => {
      const cell = at.get(buyer.id + "\n" + chip.id);
      if (!cell) return el("td", {});
      const said = cell.hops ? `${cell.hops === 1 ? say("matrix.hops.one") : say("matrix.hops.many", { n: cell.hops })} · ${percent(cell.confidence)} %` : say("matrix.none");
      const chosen = state.row !== null && state.answer === cell.answer;
      const what = [cell.hops ? word("status", cell.status) : null, said, ...(cell.marks || [])].filter(Boolean).join(", ");
      return el("td", { class: chosen ? "chosen" : null }, el("button", { type: "button", class: "pair", "aria-pressed": String(chosen), click: () => openPair(cell.answer),
        "aria-label": say("matrix.cell", { buyer: buyer.name, chip: chip.name, what }) },
      cell.hops ? badge(cell.status) : null, quiet(said), cell.stated ? quiet(say("path.stated.short")) : null,
      ...(cell.marks || []).filter((mark) => MATTERS.includes(mark)).map((mark) => quiet(mark))));
    })));
    $("matrix").replaceChildren(el("p", { class: "quiet lead" }, say("matrix.count", { n: cells.length, found }) + ". " + say("matrix.open")),
      el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, say("matrix.corner")), ...chips.map((chip) => foreign("th", chip.name, { scope: "col" })))),
        el("tbody", {}, ...body)));
  }
  function openPair(number) {
    go({ answer: number, path: data.answers[number].paths.length ? 0 : null, row: 0, node: null, line: null });
  }

  // --- the state and its link ----------------------------------------------------------------

  function hash() {
    const parts = new URLSearchParams();
    if (data.matrix && state.row !== null) parts.set("pair", answer().buyer.id + "~" + answer().chip.id);
    if (answer() && answer().paths.length && (!data.matrix || state.row !== null)) parts.set("path", state.path === null ? "none" : String(state.path + 1));
    if (state.node) parts.set("node", nodes.get(state.node).key);
    if (state.line) parts.set("claim", claims[lines.get(state.line).claims[0]].id);
    if (state.view !== (data.matrix ? "matrix" : "graph")) parts.set("view", state.view);
    if (state.layout !== LAYOUT) parts.set("layout", state.layout);
    if (state.hidden.size) parts.set("hide", [...state.hidden].sort().join(","));
    if (state.month) parts.set(state.mode, state.month);
    if (state.page) parts.set("page", String(state.page + 1));
    if (state.theme) parts.set("theme", state.theme);
    return "#" + parts.toString();
  }
  function readHash() {
    const parts = new URLSearchParams(location.hash.slice(1));
    const pick = (key, allowed, other) => (allowed.includes(parts.get(key)) ? parts.get(key) : other);
    state.answer = 0;
    state.row = null;
    if (parts.has("pair")) {
      const at = data.answers.findIndex((one) => one.buyer.id + "~" + one.chip.id === parts.get("pair"));
      if (at >= 0) [state.answer, state.row] = [at, 0];
    }
    const most = answer() ? answer().paths.length : 0;
    const asked = Number.parseInt(parts.get("path"), 10);
    const open = most && (!data.matrix || state.row !== null);
    state.path = !open || parts.get("path") === "none" ? null : asked >= 1 && asked <= most ? asked - 1 : 0;
    state.node = byKey.get(parts.get("node")) ?? null;
    state.line = lineOfClaim.get(parts.get("claim")) ?? null;
    state.under = [];
    state.view = pick("view", data.matrix ? ["graph", "table", "matrix"] : ["graph", "table"], data.matrix ? "matrix" : "graph");
    state.layout = pick("layout", ["layered", "force"], LAYOUT);
    const known = new Set([...kinds.keys(), ...evidence, ...relations]);
    state.hidden = new Set((parts.get("hide") || "").split(",").filter((key) => known.has(key)));
    state.mode = parts.has("known") ? "known" : "on";
    state.month = months.includes(parts.get(state.mode)) ? parts.get(state.mode) : null;
    state.page = Math.max(0, (Number.parseInt(parts.get("page"), 10) || 1) - 1);
    state.theme = pick("theme", ["light", "dark"], null);
  }
  function remember() {
    try { history.replaceState(null, "", hash()); } catch { /* a frame without a history */ }
  }

  let placedAs = "";
  function render() {
    document.documentElement.dataset.theme = state.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    readInk();
    sift();
    const key = [state.layout, state.answer, state.path ?? state.row].join();
    const again = placedAs !== key;
    if (again) { place(); placedAs = key; }
    for (const view of ["graph", "table", "matrix"]) $(view).hidden = state.view !== view;
    paint();
    updateRail();
    updatePanel();
    if (state.view === "table") updateTable();
    if (state.view === "matrix") updateMatrix();
    updateTools();
    document.documentElement.dataset.shows = $("panel").dataset.shows;
    return again;
  }
  function go(change) {
    const old = { node: state.node, line: state.line, path: state.path, answer: state.answer };
    if (change.path !== undefined && change.path !== null) { state.node = null; state.line = null; }
    Object.assign(state, change);
    const again = render();
    if (again && state.view === "graph") home();
    if (state.node && state.node !== old.node && state.view === "graph") reveal(state.node);
    if (old.node !== state.node || old.line !== state.line || old.path !== state.path || old.answer !== state.answer) {
      $("panel").scrollTop = 0;
      $("live").textContent = $("panel").querySelector("h2").textContent;
    }
    remember();
  }

  // --- tools ---------------------------------------------------------------------------------

  const pressed = [];
  function buildTools() {
    const choice = (key, value) => {
      const made = button(say("tools." + value), () => {
        go({ [key]: value });
        if (key === "view" && value === "graph") home();
      }, { id: "show-" + value });
      pressed.push([made, key, value]);
      return made;
    };
    const group = (label, ...members) => el("div", { class: "group", role: "group", "aria-label": say(label) }, ...members);
    $("tools").append(
      group("tools.view", ...(data.matrix ? [choice("view", "matrix")] : []), choice("view", "graph"), choice("view", "table")),
      group("tools.layout", choice("layout", "layered"), choice("layout", "force"), button(say("tools.fit"), () => fit(), { id: "fit" })),
      group("tools.save", button(say("tools.png"), savePng, { id: "png" }), button(say("tools.svg"), saveSvg, { id: "svg" }),
        button(say("tools.print"), () => window.print(), { id: "print" }), button(say("tools.copy"), copyLink, { id: "copy" })),
      group("tools.label", button("◐", () => go({ theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" }), { id: "theme", "aria-label": say("tools.theme"), title: say("tools.theme") }),
        button("?", openHelp, { id: "show-help", "aria-label": say("tools.help"), title: say("tools.help") })));
  }
  function updateTools() {
    for (const [made, key, value] of pressed) made.setAttribute("aria-pressed", String(state[key] === value));
    for (const id of ["show-layered", "show-force", "fit", "png", "svg"]) $(id).disabled = state.view !== "graph";
  }

  async function copyLink() {
    const address = location.href.split("#")[0] + hash();
    let done = false;
    try { await navigator.clipboard.writeText(address); done = true; } catch { /* not allowed here: try the old way */ }
    if (!done) {
      const field = el("textarea", { "aria-hidden": "true", class: "away" });
      field.value = address;
      document.body.append(field);
      field.select();
      done = document.execCommand("copy");
      field.remove();
    }
    $("copy").textContent = done ? say("link.copied") : say("tools.copy");
    $("live").textContent = done ? say("link.copied") : say("link.failed") + " " + address;
    setTimeout(() => { $("copy").textContent = say("tools.copy"); }, 1600);
  }

  function save(blob, ending) {
    const url = URL.createObjectURL(blob);
    const slug = fold(data.title).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60) || "graph";
    el("a", { href: url, download: `${slug}.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  // what is shown, as a drawing of its own with title and source count
  function picture() {
    const [wide, high] = [box.clientWidth, box.clientHeight];
    const scale = network.getScale();
    const context = box.querySelector("canvas").getContext("2d");
    const strip = 46;
    const round = (value) => Number(value.toFixed(2));
    const root = svg("svg", { xmlns: "http://www.w3.org/2000/svg", width: wide, height: high + strip, viewBox: `0 ${-strip} ${wide} ${high + strip}`, "font-family": BASE_FONT },
      svg("title", {}, data.title), svg("rect", { x: 0, y: -strip, width: wide, height: high + strip, fill: ink.canvas }));
    const body = svg("g", {});
    const dim = (line) => (light && light.lines.has(line.id) ? 1 : 0);
    for (const id of [...shown.lines].sort((a, b) => dim(lines.get(a)) - dim(lines.get(b)))) {
      const line = lines.get(id);
      const { a, b, via: through } = curve(line);
      const { colour, width, dashes } = look(line);
      const [from, to, mid] = [a, b, through].map((at) => at && network.canvasToDOM(at));
      let t = 1;
      const tip = () => along(from, to, mid, t);
      const edge = radius(line.to) * scale + 1;
      while (t > 0.5 && Math.hypot(tip().x - to.x, tip().y - to.y) < edge) t -= 0.01;
      const end = tip();
      const behind = along(from, to, mid, Math.max(0, t - 0.03));
      const angle = Math.atan2(end.y - behind.y, end.x - behind.x);
      const head = (4 + 2.2 * width) * Math.max(0.5, scale);
      const wing = (by) => `${round(end.x - head * Math.cos(angle + by))} ${round(end.y - head * Math.sin(angle + by))}`;
      body.append(svg("path", { d: `M${round(from.x)} ${round(from.y)}${mid ? `Q${round(mid.x)} ${round(mid.y)} ` : "L"}${round(to.x)} ${round(to.y)}`,
        fill: "none", stroke: colour, "stroke-width": round(width * Math.max(0.6, scale)), "stroke-dasharray": dashes ? dashes.map((dash) => round(dash * scale)).join(" ") : null, "data-claim": claims[line.claims[0]].id }),
      svg("path", { d: `M${round(end.x)} ${round(end.y)}L${wing(0.42)}L${wing(-0.42)}Z`, fill: colour }));
      if (CROSSED.has(line.status)) {
        const at = crossAt(line);
        body.append(svg("path", { d: `M${round(at.x - 5)} ${round(at.y - 5)}l10 10m0 -10l-10 10`, stroke: colour, "stroke-width": 1.8, fill: "none" }));
      }
    }
    for (const id of shown.nodes) {
      const node = nodes.get(id);
      const at = network.canvasToDOM(spot.get(id));
      const { colour, chosen } = dot(node);
      body.append(svg("path", { d: outline(kinds.get(node.kind).shape, round(at.x), round(at.y), round(radius(id) * scale)),
        fill: node.generic ? mix(colour, ink.canvas, 0.55) : colour, stroke: chosen ? ink.text : node.generic ? colour : "none",
        "stroke-width": chosen ? 2 : 1, "data-node": node.key }, svg("title", {}, node.name)));
    }
    for (const text of texts(context)) {
      if (text.plate) body.append(svg("rect", { x: round(text.area.x), y: round(text.area.y), width: round(text.area.w), height: round(text.area.h), fill: ink.canvas }));
      text.rows.forEach((row, at) => body.append(svg("text", { x: round(text.x), y: round(text.y + at * (text.size + 3) + text.size * 0.86), "text-anchor": "middle",
        "font-size": text.size, "font-weight": text.weight, fill: at === text.note ? ink.muted : text.colour, opacity: text.faded ? 0.62 : null,
        stroke: text.halo ? ink.canvas : null, "stroke-width": text.halo ? 3 : null, "paint-order": text.halo ? "stroke" : null }, row)));
    }
    const used = new Set([...shown.claims].map((claim) => claim.document)).size;
    root.append(body,
      svg("rect", { x: 0, y: -strip, width: wide, height: strip, fill: ink.canvas }),
      svg("text", { x: 16, y: 20 - strip, "font-size": 15, "font-weight": 700, fill: ink.text }, data.title),
      svg("text", { x: 16, y: 38 - strip, "font-size": 11, fill: ink.muted }, [say("summary.explorer", { nodes: shown.nodes.size, lines: shown.lines.size, claims: shown.claims.size, documents: used }),
        state.month ? say("date.by_" + state.mode) + " " + state.month : ""].filter(Boolean).join(" · ")));
    return root;
  }
  // a name may hold what XML forbids
  const markup = (drawing) => new XMLSerializer().serializeToString(drawing).replace(/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "");
  const svgBlob = (drawing) => new Blob(['<?xml version="1.0" encoding="UTF-8"?>\n', markup(drawing)], { type: "image/svg+xml" });
  function saveSvg() { save(svgBlob(picture()), "svg"); }
  function savePng() {
    const drawing = picture();
    const [wide, high] = [Number(drawing.getAttribute("width")), Number(drawing.getAttribute("height"))];
    const url = URL.createObjectURL(svgBlob(drawing));
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = el("canvas", { width: wide * 2, height: high * 2 });
      canvas.getContext("2d").drawImage(image, 0, 0, wide * 2, high * 2);
      URL.revokeObjectURL(url);
      canvas.toBlob((blob) => { if (blob) save(blob, "png"); });
    });
    image.src = url;
  }

  // --- search --------------------------------------------------------------------------------

  const entries = [...nodes.values()].map((node) => ({ node, keys: [node.name, node.key, ...(node.aliases || [])].map(fold) }));
  let options = [];
  let active = -1;
  function lookUp() {
    const wanted = fold($("search").value.trim());
    const score = (keys) => Math.min(...keys.map((key) => (key === wanted ? 0 : key.startsWith(wanted) ? 1 : key.includes(" " + wanted) ? 2 : key.includes(wanted) ? 3 : 9)));
    options = wanted ? entries.map((entry) => [score(entry.keys), entry.node]).filter(([rank]) => rank < 9)
      .sort((a, b) => a[0] - b[0] || b[1].degree - a[1].degree || a[1].name.localeCompare(b[1].name, data.language)).slice(0, 8).map(([, node]) => node) : [];
    active = options.length ? 0 : -1;
    showFound(Boolean(wanted));
  }
  function showFound(open) {
    const list = $("found");
    list.hidden = !open;
    $("search").setAttribute("aria-expanded", String(open));
    list.replaceChildren(...(options.length ? options.map((node, at) => el("li", { role: "option", id: "option" + at, "aria-selected": String(at === active), "data-node": node.key,
      mousedown: (event) => { event.preventDefault(); take(at); } }, mark(node.kind), foreign("span", node.name, { class: "name" }), quiet(word("kind", node.kind))))
      : [el("li", { role: "option", "aria-selected": "false", "aria-disabled": "true", class: "quiet" }, say("search.none"))]));
    if (active >= 0) $("search").setAttribute("aria-activedescendant", "option" + active);
    else $("search").removeAttribute("aria-activedescendant");
    if (open) $("live").textContent = options.length ? say("search.many", { n: options.length }) : say("search.none");
  }
  function take(at) {
    const node = options[at];
    if (!node) return;
    $("search").value = node.name;
    options = [];
    showFound(false);
    if (state.view === "matrix") state.view = "graph";
    if (!shown.nodes.has(node.id)) state.hidden.delete(node.kind);
    go({ node: node.id, line: null });
    if (state.view === "graph") box.focus();
  }
  function buildSearch() {
    const input = $("search");
    input.addEventListener("input", lookUp);
    input.addEventListener("focus", () => { if (input.value) { input.select(); } });
    input.addEventListener("blur", () => showFound(false));
    input.addEventListener("keydown", (event) => {
      const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (move && options.length) {
        event.preventDefault();
        active = (active + move + options.length) % options.length;
        showFound(true);
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (!options.length) lookUp();
        take(active);
      } else if (event.key === "Escape") {
        event.stopPropagation();
        if (!$("found").hidden) { options = []; showFound(false); } else { input.value = ""; box.focus(); }
      }
    });
  }

  // --- keyboard ------------------------------------------------------------------------------

  function openHelp() {
    const help = $("help");
    const keys = [["/", "search"], ["← ↑ → ↓", "arrows"], ["Enter", "enter"], ["Esc", "escape"], ["1 – 9", "paths"], ["t", "table"], ["+ −", "zoom"], ["0", "fit"], ["?", "help"]];
    help.replaceChildren(el("h2", { id: "help-title" }, say("help.title")),
      el("dl", {}, ...keys.flatMap(([key, about]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, say("help." + about))])),
      el("p", {}, say("help.more")),
      button(say("help.close"), () => help.close(), { class: "main" }));
    help.showModal();
  }
  function stepBack() {
    if (state.line || state.node) go({ node: null, line: null });
    else if (!path() && answer() && answer().paths.length && state.row !== null) go({ path: state.row });
  }
  const ARROWS = new Map(Object.entries({ ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }));
  function step([right, down]) {
    const from = state.node;
    if (!from) {
      const row = rowNodes();
      const first = row.find((id) => shown.nodes.has(id)) || data.focus[0]
        || [...shown.nodes].sort((a, b) => nodes.get(b).degree - nodes.get(a).degree || (a < b ? -1 : 1))[0];
      return first && go({ node: first, line: null });
    }
    if (path() && right && path().nodes.includes(from)) {
      const next = path().nodes[path().nodes.indexOf(from) + right];
      if (next && shown.nodes.has(next)) return go({ node: next, line: null });
    }
    const at = spot.get(from);
    let best = null;
    let least = Infinity;
    for (const id of shown.nodes) {
      if (id === from) continue;
      const to = spot.get(id);
      const forward = (to.x - at.x) * right + (to.y - at.y) * down;
      const aside = Math.abs((to.x - at.x) * down) + Math.abs((to.y - at.y) * right);
      if (forward > 4 && forward + 2.2 * aside < least) [best, least] = [id, forward + 2.2 * aside];
    }
    return best && go({ node: best, line: null });
  }
  function buildKeys() {
    box.addEventListener("keydown", (event) => {
      const arrow = ARROWS.get(event.key);
      if (arrow && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        if (event.shiftKey) {
          const at = network.getViewPosition();
          const by = 120 / network.getScale();
          network.moveTo({ position: { x: at.x + arrow[0] * by, y: at.y + arrow[1] * by } });
        } else step(arrow);
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (!state.node && !state.line) step([1, 0]);
        $("panel").focus();
      }
    });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
      const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]):not([type=range]),textarea");
      if (typing) return;
      const zoom = { "+": 1.25, "=": 1.25, "-": 0.8 }[event.key];
      if (event.key === "/") { event.preventDefault(); $("search").focus(); $("search").select(); }
      else if (event.key === "?") openHelp();
      else if (event.key === "Escape") { stepBack(); if (state.view === "graph") box.focus(); }
      else if (event.key === "t") go({ view: state.view === "table" ? "graph" : "table" });
      else if (zoom && state.view === "graph") network.moveTo({ scale: network.getScale() * zoom });
      else if (event.key === "0" && state.view === "graph") fit();
      else if (/^[1-9]$/.test(event.key) && answer() && answer().paths[Number(event.key) - 1]) go({ path: Number(event.key) - 1, row: null });
    });
  }

  // --- print ---------------------------------------------------------------------------------

  function buildPrint() {
    let before = null;
    window.addEventListener("beforeprint", () => {
      before = { theme: state.theme, view: state.view };
      state.theme = "light";
      if (state.view === "table") updateTable();
      render();
      const drawing = box.clientWidth ? picture() : null;
      $("figure").replaceChildren(...(drawing ? [drawing] : []), el("h2", {}, say("table.label")), tableOf(listed().slice(0, PAGE)));
    });
    window.addEventListener("afterprint", () => {
      if (before) Object.assign(state, before);
      $("figure").replaceChildren();
      render();
    });
  }

  // --- start ---------------------------------------------------------------------------------

  $("app").hidden = false;
  buildTools();
  buildRail();
  buildSearch();
  buildKeys();
  buildPrint();
  $("summary").textContent = say("summary.explorer", { nodes: nodes.size, lines: lines.size, claims: claims.length, documents: data.documents.length });
  $("note").textContent = say("note.large", { nodes: nodes.size, lines: lines.size });
  $("note").hidden = !data.noted;
  readHash();
  render();
  home();
  if (state.node) reveal(state.node);
  window.addEventListener("hashchange", () => { readHash(); if (render()) home(); if (state.node) reveal(state.node); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", render);
  // for tests and the console: where things are on the screen
  window.graphkit = Object.freeze({
    nodeAt: (key) => network.canvasToDOM(spot.get(byKey.get(key))),
    lineAt: (claim, t) => { const { a, b, via: through } = curve(lines.get(lineOfClaim.get(claim))); return network.canvasToDOM(along(a, b, through, t)); },
    labels: () => drawn.map((text) => ({ text: text.rows.join(" "), ...text.area })),
    straight: (claim) => !bends.get(lineOfClaim.get(claim)),
    shown: () => ({ nodes: shown.nodes.size, lines: shown.lines.size, claims: shown.claims.size }),
  });
  document.documentElement.dataset.ready = "yes";
})();

// Files that the page writes: named after it, CSV and XLSX; no cell of them is ever a formula.
import { data, fold } from "./data.js";
import { el } from "./elements.js";

/** Let the browser save a file named after the page. */
export function saveFile(blob, ending) {
  const url = URL.createObjectURL(blob);
  const slug =
    fold(data.title)
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 60) || "graph";
  el("a", { href: url, download: `${slug}.${ending}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** Return a value as one line of text; what XML and spreadsheets cannot hold is left out. */
function asLine(value) {
  const text = Array.isArray(value) ? value.join("; ") : String(value ?? "");
  return text
    .replace(/[\n\r\t\u2028\u2029]+/g, " ")
    .replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, "");
}

/** Return a text that no spreadsheet takes for a formula, as the command line guards it. */
function guardFormula(text) {
  const begin = text.replace(/^[ '\u00a0\u00ad\u061c\u200c-\u200f]+/, "");
  return /^[=+\-@＝＋－＠]/.test(begin) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
}

/** Save rows, the headings first, as CSV that Excel reads as well. */
export function saveCsv(rows) {
  const quote = (value) => {
    const text = typeof value === "number" ? String(value) : guardFormula(asLine(value));
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const text = rows.map((row) => row.map(quote).join(",")).join("\n");
  saveFile(new Blob([`\ufeff${text}\n`], { type: "text/csv;charset=utf-8" }), "csv");
}

const escapeXml = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const CRC = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function checkSum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ CRC[(sum ^ byte) & 0xff];
  return (sum ^ 0xffffffff) >>> 0;
}

/** Return numbers of 2 and 4 bytes, given as [value, bytes], the lowest byte first. */
const packNumbers = (...numbers) =>
  numbers.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, at) => (value >>> (8 * at)) & 0xff));

/** Return files as a zip archive without compression (PKWARE APPNOTE 4.3). */
function packZip(files) {
  const encoder = new TextEncoder();
  const [parts, directory] = [[], []];
  let [offset, length] = [0, 0];
  for (const [name, text] of files) {
    const [title, body] = [encoder.encode(name), encoder.encode(text)];
    // version 2.0, names in UTF-8, stored, 1980-01-01: the same content gives the same bytes
    const fields = packNumbers([20, 2], [0x800, 2], [0, 2], [0, 2], [33, 2], [checkSum(body), 4]);
    const sizes = packNumbers([body.length, 4], [body.length, 4], [title.length, 2], [0, 2]);
    const local = new Uint8Array([...packNumbers([0x04034b50, 4]), ...fields, ...sizes, ...title]);
    parts.push(local, body);
    const entry = [...packNumbers([0x02014b50, 4], [20, 2]), ...fields, ...sizes];
    directory.push(new Uint8Array([...entry, ...packNumbers([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), ...title]));
    offset += local.length + body.length;
    length += directory.at(-1).length;
  }
  const count = [files.length, 2];
  const end = packNumbers([0x06054b50, 4], [0, 2], [0, 2], count, count, [length, 4], [offset, 4], [0, 2]);
  return new Blob([...parts, ...directory, new Uint8Array(end)], { type: SHEET });
}

const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = "http://schemas.openxmlformats.org";
const MAIN = `${OFFICE}/spreadsheetml/2006/main`;
const DOCUMENT = `${OFFICE}/officeDocument/2006/relationships`;
const MOST_SIGNS = 32767; // of a cell

/** Return a sheet; texts are texts, whatever they begin with. */
function buildSheet(rows) {
  const cell = (value) => {
    if (typeof value === "number") return `<c><v>${value}</v></c>`;
    const text = escapeXml(asLine(value).slice(0, MOST_SIGNS));
    return text ? `<c t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>` : "<c/>";
  };
  const body = rows.map((row) => `<row>${row.map(cell).join("")}</row>`).join("");
  return `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${body}</sheetData></worksheet>`;
}

/** Save sheets, each [name, rows], as an XLSX workbook (ECMA-376). */
export function saveXlsx(sheets) {
  const typeOf = (part, kind) =>
    `<Override PartName="/xl/${part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml"/>`;
  const relation = (at, kind, target) => `<Relationship Id="r${at}" Type="${DOCUMENT}/${kind}" Target="${target}"/>`;
  const relations = (list) =>
    `${HEAD}<Relationships xmlns="${OFFICE}/package/2006/relationships">${list.join("")}</Relationships>`;
  const names = sheets.map(
    ([name], at) => `<sheet name="${escapeXml(name)}" sheetId="${at + 1}" r:id="r${at + 1}"/>`,
  );
  const types = [
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
    typeOf("workbook.xml", "sheet.main"),
    ...sheets.map((_, at) => typeOf(`sheet${at + 1}.xml`, "worksheet")),
  ];
  const files = [
    ["[Content_Types].xml", `${HEAD}<Types xmlns="${OFFICE}/package/2006/content-types">${types.join("")}</Types>`],
    ["_rels/.rels", relations([relation(1, "officeDocument", "xl/workbook.xml")])],
    [
      "xl/workbook.xml",
      `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT}"><sheets>${names.join("")}</sheets></workbook>`,
    ],
    [
      "xl/_rels/workbook.xml.rels",
      relations(sheets.map((_, at) => relation(at + 1, "worksheet", `sheet${at + 1}.xml`))),
    ],
    ...sheets.map(([, rows], at) => [`xl/sheet${at + 1}.xml`, buildSheet(rows)]),
  ];
  saveFile(packZip(files), "xlsx");
}

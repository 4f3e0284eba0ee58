// The parts of the pieces that show bytes: the headers of a handshake, the header of a frame in bits,
// and bytes in a grid.

import { bitRows } from "../../model/wire/frame.js";
import { make } from "../shared/make.js";
import { fill, word } from "../shared/words.js";

// What the lecture is about; the other lines are counted.
const SHOWN = /^(upgrade|connection|sec-websocket-(key|accept))$/;
const MARKED = /^sec-websocket-(key|accept)$/;

// The header of a request or a response: its first line and what concerns the upgrade.
export function heads(items, name, lang, say) {
  const first = items.find(({ kind }) => /^(request|status)-line$/.test(kind));
  const fields = items.filter(({ kind }) => kind === "header");
  const shown = fields.filter((field) => SHOWN.test(field.name.toLowerCase()));
  const rest = fields.length - shown.length;
  const length = items.reduce((sum, item) => sum + (item.class === "setup" ? item.length : 0), 0);
  const start = first.kind === "request-line" ? `${first.method} ${first.target.split("?")[0]} ${first.version}` : first.text.trim();
  return make(
    "section",
    {},
    make("h3", {}, word(lang, `talk.handshake.${name}`), " ", make("b", { class: "amount" }, say.bytes(length))),
    make(
      "ul",
      {},
      make("li", {}, make("code", {}, start)),
      shown.map(({ name, value }) => {
        const own = MARKED.test(name.toLowerCase()) ? "mark" : "span";
        return make("li", {}, make("code", {}, `${name}: `, make(own, {}, value)));
      }),
      rest > 0 ? make("li", { class: "rest" }, fill(word(lang, "talk.handshake.rest"), { count: rest })) : undefined,
    ),
  );
}

const WIDTH = 16;

// The header of a frame in rows of 16 bits: its bytes, the names of its fields, their bits, and what
// they mean.
export function frameBits({ hex, fields }, say) {
  const bytes = hex.split(" ");
  const [rows, meanings] = [[], []];
  for (const row of bitRows(joined(fields), WIDTH)) {
    const own = bytes.splice(0, WIDTH / 8);
    rows.push(own.map((byte) => wide(make("code", { class: "byte" }, byte), 8)));
    rows.push(row.map((cell) => field(cell, say)));
  }
  for (const { name, value } of fields.filter(({ name }) => !name.startsWith("rsv"))) {
    const means = say(`meaning.${meaning(name, value)}`, { value: shown(name, value, say) });
    meanings.push(make("dt", {}, say(`field.${name}`)), make("dd", {}, means));
  }
  return make("div", { class: "frame-bits" }, make("div", { class: "bits" }, rows.flat()), make("dl", {}, meanings));
}

// The three reserved bits as one field.
function joined(fields) {
  const reserved = fields.filter(({ name }) => name.startsWith("rsv"));
  const bits = reserved.map((field) => field.bits).join("");
  return fields.flatMap((field) => {
    if (field.name === "rsv1") return [{ name: "rsv", bits, value: "" }];
    return reserved.includes(field) ? [] : [field];
  });
}

const field = ({ name, bits }, say) => {
  const label = name === "rsv" ? "RSV" : say(`field.${name}`);
  return wide(make("span", { class: "field" }, make("span", {}, label), make("code", {}, bits)), bits.length);
};

// As wide as this number of bits.
function wide(element, bits) {
  element.style.gridColumn = `span ${bits}`;
  return element;
}

function shown(name, value, say) {
  if (name === "opcode") return say(`opcode.${value}`);
  return /^(length|extended)$/.test(name) ? say("count", { count: Number(value) }) : value;
}

function meaning(name, value) {
  if (name === "fin" || name === "mask") return `${name}${value}`;
  if (name === "length" && (value === "126" || value === "127")) return `length${value}`;
  return name;
}

// Bytes in rows of 16, as text where they are text. `from` leaves a row free, in which the other grid
// has its header; `head` and `tail` are how many bytes at the start and at the end are no content.
export function grid(bytes, { from = 0, head = 0, tail = 0, isText = false }) {
  const cells = [...bytes].map((byte, at) => {
    const isHead = at < head;
    const isTail = at >= bytes.length - tail;
    const printable = isText && !isHead && byte > 0x20 && byte < 0x7f;
    const shown = printable ? String.fromCharCode(byte) : byte.toString(16).padStart(2, "0");
    return make("span", { class: isHead ? "head" : isTail ? "tail" : undefined }, shown);
  });
  // A TLS header has a row of its own, so that the same bytes stand in the same row.
  if (!isText) cells[head]?.classList.add("next");
  return make("code", { class: isText ? "grid clear" : "grid tls-record", "data-from": from }, cells.flatMap((cell) => [cell, " "]));
}

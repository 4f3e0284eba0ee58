// What does the head of a WebSocket frame look like? As the RFC draws it, in rows of 32 bits, and
// field by field with what it means.

import { bitRows } from "../../model/wire/frame.js";
import { make } from "./make.js";

export function frameDetails(fields, opened, say) {
  const details = make(
    "details",
    { class: "bytes-frame" },
    make("summary", {}, say("bitByBit")),
    drawing(fields, say),
    meanings(fields, say),
  );
  details.open = opened;
  return details;
}

// Too wide for a narrow screen, where the list below it says the same.
function drawing(fields, say) {
  const numbers = Array.from({ length: 32 }, (_, bit) => make("th", { scope: "col" }, String(bit)));
  const cell = ({ name, bits = "", width = bits.length, value, part = 1, parts = 1 }) =>
    make(
      "td",
      { colspan: width, "data-bits": width, "data-class": bits ? undefined : "payload" },
      make("span", {}, say(`field.${name}`), parts > 1 ? ` (${part}/${parts})` : ""),
      bits && make("code", {}, bits),
      width > 1 && part === 1 ? make("span", {}, shown(name, value, say)) : "",
    );
  return make(
    "table",
    { class: "bytes-drawing" },
    make("caption", {}, say("drawing")),
    make("thead", {}, make("tr", {}, numbers)),
    make("tbody", {}, withPayload(fields, say).map((row) => make("tr", {}, row.map(cell)))),
  );
}

// The payload follows the head at once, so it fills the head's last row, or has one of its own.
function withPayload(fields, say) {
  const all = bitRows(fields);
  const length = fields.findLast(({ name }) => name === "extended" || name === "length");
  const count = Number(length?.value ?? 0);
  if (count === 0) return all;
  const taken = all.at(-1).reduce((sum, { bits }) => sum + bits.length, 0);
  const payload = { name: "payload", width: 32 - taken || 32, value: say.bytes(count) };
  if (taken === 32) all.push([payload]);
  else all.at(-1).push(payload);
  return all;
}

function shown(name, value, say) {
  if (name === "opcode") return say(`opcode.${value}`);
  return /^(length|extended)$/.test(name) ? say("count", { count: Number(value) }) : value;
}

function meanings(fields, say) {
  const row = ({ name, bits, value }) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, say(`field.${name}`)),
      make("td", {}, make("code", {}, bits.replace(/\B(?=(.{4})+$)/g, " "))),
      make("td", {}, say(`meaning.${meaning(name, value)}`, { value: shown(name, value, say) })),
    );
  const heads = ["field", "bits", "means"].map((key) => make("th", { scope: "col" }, say(`heads.${key}`)));
  return make(
    "table",
    { class: "bytes-fields" },
    make("caption", {}, say("fields")),
    make("thead", {}, make("tr", {}, heads)),
    make("tbody", {}, fields.map(row)),
  );
}

function meaning(name, value) {
  if (name.startsWith("rsv")) return "rsv";
  if (name === "fin" || name === "mask") return `${name}${value}`;
  if (name === "length" && (value === "126" || value === "127")) return `length${value}`;
  return name;
}

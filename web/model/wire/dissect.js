// What does a reader see who opens what passed on the wire? Items, in order: the lines of a head,
// chunk sizes, fields of events, tags, frames, updates.
//
// An item is { part, class, kind, length, … }: every byte of the passage is in exactly one, so the
// lengths add up to the passage's. `part` counts the passage's parts, whose class it has. Its
// bytes are `text` or, where they are no text, `hex`; what `kind` it is says which fields there are:
//   request-line   method, target, version        chunk-size   bytes that follow
//   status-line    version, status, reason        event-field  name, value
//   header         name, value                    update       seq, at_us
//   frame          fields (see frame.js)          close        code
// What TLS adds is a "tls-header" or a "tls-trailer" around the content of a record, or a record of
// its own: "tls-record".
// A masked item has both: `hex` as on the wire, `text` without the mask.

import { closing, head, unmask } from "./frame.js";
import { isTls } from "./passage.js";

export function dissect(passage) {
  const seen = { passage, items: [] };
  passage.parts.forEach((part, nth) => {
    seen.part = { nth, class: part.class };
    const bytes = decode(part.bytes).subarray(0, part.length);
    reader(part, passage)(bytes, seen);
    const hidden = part.length - bytes.length; // only the start of a long part is known
    if (hidden > 0) add(seen, "not-shown", hidden, {});
    if (seen.frame) seen.frame.from += hidden;
  });
  return seen.items;
}

// Bytes by class, in the order in which the classes come.
export function byClass({ parts }) {
  const bytes = new Map();
  for (const part of parts) bytes.set(part.class, (bytes.get(part.class) ?? 0) + part.length);
  return [...bytes].map(([name, length]) => ({ class: name, length }));
}

// Long runs of one character, such as the padding of an update, apart from what is around them.
export const foldRuns = (text) =>
  [...text.matchAll(/(.)\1{23,}|(?:(?!(.)\2{23,}).)+/gsu)].map(([run, padding]) =>
    padding === undefined ? { text: run } : { text: padding, times: run.length / padding.length },
  );

export const header = (items, name) =>
  items.find((item) => item.kind === "header" && item.name.toLowerCase() === name)?.value;

function reader(part, { transport }) {
  if (isTls(part)) return tls(part);
  switch (part.class) {
    case "request_head":
    case "response_head":
    case "setup":
      return lines(headLine);
    case "chunk":
      return lines(chunkLine);
    case "websocket_frame":
      return frames;
    case "idle":
      return transport === "websocket" ? frames : lines(bodyLine);
    case "payload":
      return payload;
    default:
      return lines(bodyLine);
  }
}

// RFC 8446, section 5: a header of 5 bytes; after the content its type, and a tag of 16 bytes.
const tls = ({ class: name, length }) => (bytes, seen) => {
  const kind = name === "setup" || length > 17 ? "tls-record" : length > 5 ? "tls-trailer" : "tls-header";
  add(seen, kind, bytes.length, { hex: hexOf(bytes) });
};

function decode(base64) {
  try {
    return Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

const add = ({ items, part }, kind, length, fields) =>
  items.push({ part: part.nth, class: part.class, kind, length, ...fields });

export const hexOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

// Adds bytes as text that `read` names, or as hex. A passage may begin and end inside a character.
function write(seen, bytes, read) {
  const [from, to] = characters(bytes);
  const text = textOf(bytes.subarray(from, to));
  if (text === undefined) return add(seen, "bytes", bytes.length, { hex: hexOf(bytes) });
  const rest = (part) => part.length && add(seen, "bytes", part.length, { hex: hexOf(part) });
  rest(bytes.subarray(0, from));
  if (to > from) {
    const { kind, ...fields } = read(text, seen);
    add(seen, kind, to - from, { text, ...fields });
  }
  rest(bytes.subarray(to));
}

// From where to where are there whole characters, if it is UTF-8 at all?
function characters(bytes) {
  const goesOn = (at) => (bytes[at] & 0xc0) === 0x80;
  let [from, last] = [0, bytes.length - 1];
  while (from < 3 && goesOn(from)) from += 1;
  while (last > bytes.length - 4 && goesOn(last)) last -= 1;
  const first = bytes[last];
  const needs = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  const to = last + needs > bytes.length ? last : bytes.length;
  return from <= to ? [from, to] : [0, bytes.length];
}

const lines = (read) => (bytes, seen) => {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(0x0a, from);
    const to = end < 0 ? bytes.length : end + 1;
    write(seen, bytes.subarray(from, to), read);
    from = to;
  }
};

function headLine(text) {
  if (text === "\r\n") return { kind: "head-end" };
  const [, method, target, asked] = text.match(/^([A-Z]+) (\S+) (HTTP\/\d\.\d)\r\n$/) ?? [];
  if (method) return { kind: "request-line", method, target, version: asked };
  const [, version, status, reason] = text.match(/^(HTTP\/\d\.\d) (\d{3}) ?(.*)\r\n$/) ?? [];
  if (version) return { kind: "status-line", version, status, reason };
  const [, name, value] = text.match(/^([^:\s]+):[ \t]*(.*?)[ \t]*\r\n$/) ?? [];
  return name ? { kind: "header", name, value } : { kind: "text" };
}

// RFC 9112, section 7.1.
function chunkLine(text) {
  if (text === "\r\n") return { kind: "chunk-end" };
  const [, size] = text.match(/^([0-9a-f]+)(?:;.*)?\r\n$/i) ?? [];
  return size ? { kind: "chunk-size", size, bytes: parseInt(size, 16) } : { kind: "text" };
}

function bodyLine(text, { items, part }) {
  if (text === "\n") {
    const before = items.findLast((item) => item.class !== "chunk" && !item.kind.startsWith("tls-"));
    const goesOn = before ? !before.text?.endsWith("\n") : part.class !== "idle";
    return { kind: goesOn ? "line-end" : "blank-line" };
  }
  const [, name, value] = text.match(/^(id|event|data|retry): ?([^\n]*)\n?$/) ?? [];
  if (name) return { kind: "event-field", name, value };
  if (text.startsWith(":")) return { kind: "comment" };
  if (/^[[\],]+$/.test(text)) return { kind: "array" };
  if (/^<script|^\)?<\/script/.test(text)) return { kind: "script" };
  if (text.startsWith("<")) return { kind: "html" };
  // In captures of earlier versions `started_over` is `began_anew`.
  if (/^\{"(missed|started_over|began_anew)"/.test(text)) return { kind: "notice" };
  return { kind: /^[{["]/.test(text) ? "json" : "text" };
}

// The text of an update, or what a client publishes. On the socket a client's frame is masked,
// and without the frame's head nobody knows the key.
function payload(bytes, seen) {
  const { direction, kind } = seen.passage;
  if (seen.frame?.mask) return within(bytes, seen, "published");
  if (direction === "up" && kind === "frame") {
    return bytes.length && add(seen, "masked", bytes.length, { hex: hexOf(bytes) });
  }
  if (bytes.length) write(seen, bytes, (text) => updateOf(text, direction));
}

function updateOf(text, direction) {
  if (direction === "up") return { kind: "published" };
  const [, seq, at_us] = text.match(/^\{"seq":(\d+),"at_us":(\d+),/) ?? [];
  return seq ? { kind: "update", seq: Number(seq), at_us: Number(at_us) } : { kind: "update" };
}

// Adds bytes of the payload of the frame that has begun, as on the wire and without the mask.
function within(bytes, seen, kind) {
  if (bytes.length === 0) return;
  const { mask, from } = seen.frame;
  seen.frame.from += bytes.length;
  const plain = mask ? unmask(bytes, mask, from) : bytes;
  const fields = { hex: hexOf(bytes) };
  if (mask) fields.mask = hexOf(mask);
  if (kind === "close") return add(seen, kind, bytes.length, { ...fields, code: closing(plain) });
  if (!mask) return write(seen, bytes, () => ({ kind }));
  add(seen, kind, bytes.length, { ...fields, text: textOf(plain.subarray(...characters(plain))) });
}

// One frame head after another; of a close, a ping or a pong all that belongs to it.
function frames(bytes, seen) {
  for (let at = 0; at < bytes.length; ) {
    const { fields, length, opcode, payload_bytes, mask } = head(bytes.subarray(at));
    add(seen, "frame", length, { hex: hexOf(bytes.subarray(at, at + length)), fields, opcode });
    seen.frame = { mask, from: 0 };
    at += length;
    const inside = bytes.subarray(at, at + (payload_bytes ?? 0));
    at += inside.length;
    if (opcode !== "close") within(inside, seen, "frame-data");
    else {
      // A status code in two bytes, then a reason in words (RFC 6455, section 5.5.1).
      within(inside.subarray(0, 2), seen, "close");
      within(inside.subarray(2), seen, "close-reason");
    }
  }
}

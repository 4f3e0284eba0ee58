// What does the head of a WebSocket frame say, bit by bit? (RFC 6455, section 5.2)

const OPCODES = {
  0x0: "continuation",
  0x1: "text",
  0x2: "binary",
  0x8: "close",
  0x9: "ping",
  0xa: "pong",
};

// The head at the start of these bytes, with as many of its fields as have come:
// { fields: [{ name, bits, value }], length, complete, fin, opcode, payload_bytes, mask }.
// `mask` is undefined where nothing is masked; `value` is text, as a person reads it.
export function head(bytes) {
  const fields = [];
  let at = 0; // in bits
  let cut = false;
  const take = (name, count, read) => {
    cut ||= at + count > bytes.length * 8;
    if (cut) return undefined;
    const bits = bitsOf(bytes, at, count);
    const value = BigInt(`0b${bits}`);
    fields.push({ name, bits, value: read ? read(value) : String(value) });
    at += count;
    return value;
  };
  const fin = take("fin", 1);
  for (const name of ["rsv1", "rsv2", "rsv3"]) take(name, 1);
  const opcode = take("opcode", 4, (code) => opcodeName(Number(code)));
  const masked = take("mask", 1);
  const short = take("length", 7);
  const extended = short === 126n ? 16 : short === 127n ? 64 : 0;
  const payload_bytes = extended ? take("extended", extended) : short;
  const key_at = at / 8;
  if (masked) take("key", 32, hexOf);
  return {
    fields,
    complete: !cut,
    length: cut ? bytes.length : at / 8,
    fin: fin === 1n,
    opcode: opcode === undefined ? undefined : opcodeName(Number(opcode)),
    payload_bytes: cut ? undefined : Number(payload_bytes),
    mask: masked && !cut ? bytes.slice(key_at, key_at + 4) : undefined,
  };
}

// 3 to 7 and 11 to 15 are reserved.
const opcodeName = (code) => OPCODES[code] ?? "reserved";

const hexOf = (key) => key.toString(16).padStart(8, "0").replace(/\B(?=(..)+$)/g, " ");

function bitsOf(bytes, from, count) {
  let bits = "";
  for (let at = from; at < from + count; at += 1) {
    bits += (bytes[at >> 3] >> (7 - (at & 7))) & 1;
  }
  return bits;
}

// Masked or unmasked: XOR with the same key does the one and the other (section 5.3). These bytes
// are those of the payload from its byte `from` on.
export const unmask = (bytes, key, from = 0) =>
  bytes.map((byte, nth) => byte ^ key[(from + nth) % 4]);

// The fields in rows of 32 bits, as the RFC draws them. A field that does not fit goes on in the
// next row: each cell is { ...field, bits: those in this row, part, parts }.
export function bitRows(fields, width = 32) {
  const rows = [[]];
  let free = width;
  for (const field of fields) {
    const cells = [];
    for (let bits = field.bits; bits; free -= cells.at(-1).bits.length) {
      if (free === 0) {
        rows.push([]);
        free = width;
      }
      cells.push({ ...field, bits: bits.slice(0, free) });
      rows.at(-1).push(cells.at(-1));
      bits = bits.slice(free);
    }
    cells.forEach((cell, nth) => Object.assign(cell, { part: nth + 1, parts: cells.length }));
  }
  return rows;
}

// What a close frame carries (section 5.5.1): a code in two bytes, then a reason in words.
export function closing(payload) {
  if (payload.length < 2) return undefined;
  return (payload[0] << 8) | payload[1];
}

// Is the head of a WebSocket frame read as RFC 6455 writes it?

import assert from "node:assert/strict";
import test from "node:test";

import { bitRows, closing, head, unmask } from "../../model/wire/frame.js";

const bytes = (hex) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const told = ({ fields }) => fields.map(({ name, bits, value }) => `${name} ${bits} ${value}`);

// The examples of section 5.7.
test("an unmasked text frame, bit by bit", () => {
  const frame = head(bytes("81 05 48 65 6c 6c 6f"));
  assert.deepEqual(told(frame), [
    "fin 1 1",
    "rsv1 0 0",
    "rsv2 0 0",
    "rsv3 0 0",
    "opcode 0001 text",
    "mask 0 0",
    "length 0000101 5",
  ]);
  const { length, complete, fin, opcode, payload_bytes, mask } = frame;
  assert.deepEqual(
    { length, complete, fin, opcode, payload_bytes, mask },
    { length: 2, complete: true, fin: true, opcode: "text", payload_bytes: 5, mask: undefined },
  );
});

test("a masked text frame: the key, and the text under it", () => {
  const all = bytes("81 85 37 fa 21 3d 7f 9f 4d 51 58");
  const frame = head(all);
  assert.deepEqual(told(frame).slice(5), [
    "mask 1 1",
    "length 0000101 5",
    "key 00110111111110100010000100111101 37 fa 21 3d",
  ]);
  assert.equal(frame.length, 6);
  assert.equal(Buffer.from(unmask(all.slice(6), frame.mask)).toString(), "Hello");
});

test("a fragment, a binary frame, and a pong", () => {
  const first = head(bytes("01 03 48 65 6c"));
  assert.deepEqual([first.fin, first.opcode], [false, "text"]);
  const last = head(bytes("80 02 6c 6f"));
  assert.deepEqual([last.fin, last.opcode], [true, "continuation"]);
  assert.equal(head(bytes("82 00")).opcode, "binary");
  assert.equal(head(bytes("8a 05")).opcode, "pong");
  assert.deepEqual(told(head(bytes("f3 00"))).slice(1, 5), [
    "rsv1 1 1",
    "rsv2 1 1",
    "rsv3 1 1",
    "opcode 0011 reserved",
  ]);
});

test("lengths of 16 and of 64 bits", () => {
  const medium = head(bytes("82 7e 01 00"));
  assert.deepEqual(told(medium).slice(6), ["length 1111110 126", "extended 0000000100000000 256"]);
  assert.deepEqual([medium.length, medium.payload_bytes], [4, 256]);
  const long = head(bytes("82 7f 00 00 00 00 00 01 00 00"));
  assert.deepEqual(told(long).slice(7), [`extended ${"0".repeat(47)}1${"0".repeat(16)} 65536`]);
  assert.deepEqual([long.length, long.payload_bytes], [10, 65536]);
  // Beyond 2^53, where a number of JavaScript is no longer exact.
  assert.equal(head(bytes("82 7f 7f ff ff ff ff ff ff ff")).fields.at(-1).value, "9223372036854775807");
});

test("a head that has not come whole says what has come", () => {
  assert.deepEqual(head(bytes("")).fields, []);
  assert.equal(head(bytes("81")).fields.length, 5);
  assert.equal(head(bytes("81")).complete, false);
  const cut = head(bytes("81 fe 01 00 37 fa"));
  assert.deepEqual([cut.complete, cut.length, cut.mask], [false, 6, undefined]);
  assert.deepEqual(told(cut).slice(7), ["extended 0000000100000000 256"]);
  // The start of the long length is no key.
  assert.deepEqual(told(head(bytes("81 ff 00 00 00 00"))).slice(6), ["length 1111111 127"]);
});

test("rows of 32 bits, where a field goes on in the next row", () => {
  const cells = (row) => row.map(({ name, bits, part, parts }) => [name, bits.length, part, parts]);
  const masked = bitRows(head(bytes("81 85 37 fa 21 3d")).fields).map(cells);
  assert.deepEqual(masked, [
    [
      ["fin", 1, 1, 1],
      ["rsv1", 1, 1, 1],
      ["rsv2", 1, 1, 1],
      ["rsv3", 1, 1, 1],
      ["opcode", 4, 1, 1],
      ["mask", 1, 1, 1],
      ["length", 7, 1, 1],
      ["key", 16, 1, 2],
    ],
    [["key", 16, 2, 2]],
  ]);
  const long = bitRows(head(bytes("82 ff 00 00 00 00 00 01 00 00 37 fa 21 3d")).fields).map(cells);
  assert.deepEqual(long.slice(1), [
    [["extended", 32, 2, 3]],
    [
      ["extended", 16, 3, 3],
      ["key", 16, 1, 2],
    ],
    [["key", 16, 2, 2]],
  ]);
});

test("the code of a close frame", () => {
  assert.equal(closing(bytes("03 e9 62 79 65")), 1001);
  assert.equal(closing(bytes("03")), undefined);
});

// Is the token of the handshake the one that RFC 6455 asks for?

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";

import { handshake, sha1 } from "../../model/wire/handshake.js";

test("the RFC's own example, step by step", () => {
  assert.deepEqual(handshake("dGhlIHNhbXBsZSBub25jZQ=="), {
    key: "dGhlIHNhbXBsZSBub25jZQ==",
    guid: "258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
    concatenation: "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
    digest: "b37a4f2cc0624f1690f64606cf385945b2bec4ea",
    token: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
  });
});

test("a given token matches or does not", () => {
  const key = "dGhlIHNhbXBsZSBub25jZQ==";
  assert.equal(handshake(key, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=").matches, true);
  assert.equal(handshake(key, "s3pPLMBiTxaQ9kYGzzhZRbK+xOp=").matches, false);
  assert.equal(handshake(key, "").matches, false);
});

test("SHA-1 is what others compute, for every length of the padding", () => {
  for (let length = 0; length <= 200; length += 1) {
    const message = Uint8Array.from({ length }, (_, nth) => (nth * 167 + length) & 0xff);
    const expected = createHash("sha1").update(message).digest("hex");
    assert.equal(Buffer.from(sha1(message)).toString("hex"), expected, `${length} bytes`);
  }
});

import assert from "node:assert/strict";
import test from "node:test";

import { asks, begins, passages, text } from "../../model/wire/passage.js";
import { T0, asked, down, framed, handshaken, opened, part, sealed, up } from "../fixtures.js";

const only = (told) => passages({ sent_us: T0, wire: [told] }, 1)[0];

test("a passage leaves where it is sent and arrives at the other end", () => {
  const request = only(asked("polling", 1, T0, T0 + 50));
  assert.deepEqual([request.left_us, request.arrived_us], [T0, T0 + 50]);
  const frame = only(framed(1, T0 + 100, T0 + 170, 1, T0));
  assert.deepEqual([frame.left_us, frame.arrived_us], [T0 + 100, T0 + 170]);
});

test("passages are numbered on, and as long as their parts", () => {
  const wire = [framed(1, T0, T0, 1, T0), framed(1, T0, T0, 2, T0)];
  const told = passages({ sent_us: T0, wire }, 7);
  assert.deepEqual(told.map(({ id }) => id), [7, 8]);
  assert.equal(told[0].length, 2 + '{"seq":1}'.length);
  assert.deepEqual(passages({ sent_us: T0, missed: 3 }, 7), []);
});

test("a passage is what it begins with", () => {
  const kind = (way, transport, name) => only(way(transport, 1, T0, T0, [part(name, "x")])).kind;
  assert.equal(kind(up, "polling", "request_head"), "request");
  assert.equal(kind(up, "polling", "payload"), "request", "a body that comes after its head");
  assert.equal(kind(down, "polling", "response_head"), "response");
  assert.equal(kind(up, "sse", "setup"), "request");
  assert.equal(kind(down, "sse", "setup"), "response");
  assert.equal(kind(down, "sse", "chunk"), "chunk");
  assert.equal(kind(down, "sse", "idle"), "chunk");
  assert.equal(kind(up, "websocket", "setup"), "handshake");
  assert.equal(kind(down, "websocket", "setup"), "handshake");
  assert.equal(kind(down, "websocket", "websocket_frame"), "frame");
  assert.equal(kind(up, "websocket", "websocket_frame"), "frame");
  assert.equal(kind(down, "websocket", "idle"), "frame");
  assert.equal(kind(down, "websocket", "response_head"), "response", "a refused handshake");
});

test("the bytes of a part are those that passed", () => {
  assert.deepEqual([...text({ bytes: "gX7/AA==" })], [0x81, 0x7e, 0xff, 0x00]);
});

test("a head that comes in two pieces begins once", () => {
  assert.ok(begins(part("request_head", "POST /updates HTTP/1.1\r\n")));
  assert.ok(begins(part("request_head", "GET / HTTP/1.1\r\n")));
  assert.ok(!begins(part("request_head", "Host: localhost\r\n\r\n")));
  assert.ok(!begins(part("request_head", "\r\n")));
});

test("a request that publishes does not ask", () => {
  assert.ok(asks(part("request_head", "GET /long-polling HTTP/1.1\r\n")));
  assert.ok(!asks(part("request_head", "POST /updates HTTP/1.1\r\n")));
  assert.equal(only(opened("sse", 1, T0, T0)).kind, "response");
});

test("over TLS a passage is what is inside of it", () => {
  const head = part("setup", "GET /websocket HTTP/1.1\r\n\r\n");
  const kind = (way, ...parts) => only(way("websocket", 1, T0, T0, parts)).kind;
  assert.equal(kind(up, handshaken()), "tls");
  assert.equal(kind(up, handshaken(), ...sealed(head)), "handshake");
  assert.equal(kind(down, ...sealed(part("websocket_frame", "\x81\x09"), part("payload", "{}"))), "frame");
  const passage = only(up("websocket", 1, T0, T0, sealed(head)));
  assert.equal(passage.first, head);
  assert.equal(passage.length, 22 + head.length);
});

test("the segments of a passage are its parts with neighbours of one class joined", () => {
  const parts = ["payload", "payload", "format"].map((name) => part(name, "abc"));
  assert.deepEqual(only(down("polling", 1, T0, T0, parts)).segments, [
    { class: "payload", length: 6 },
    { class: "format", length: 3 },
  ]);
});

test("a line that a client publishes is data, an ordinary request is not", () => {
  const sends = (transport, ...parts) => only(up(transport, 1, T0, T0, parts)).sends;
  assert.equal(sends("polling", part("request_head", "POST /updates HTTP/1.1\r\n"), part("payload", "{}")), true);
  assert.equal(sends("polling", part("payload", "{}")), true, "its body alone");
  assert.equal(sends("websocket", part("websocket_frame", "\x81\x82abcd"), part("payload", "{}")), true);
  assert.equal(sends("websocket", part("idle", "\x8a\x80abcd")), false);
  assert.equal(sends("polling", part("request_head", "GET /polling HTTP/1.1\r\n")), false);
  assert.equal(only(framed(1, T0, T0, 1, T0)).sends, false, "what comes down is not sent");
});

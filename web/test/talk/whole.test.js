// Does the talk know how much has passed since the log began?

import assert from "node:assert/strict";
import test from "node:test";

import { whole, withWhole } from "../../model/talk/whole.js";

const passage = (direction, name, text, updates = []) => ({
  transport: "forever-frame",
  direction,
  parts: [{ class: name, length: text.length, bytes: btoa(text) }],
  updates,
});

const setup = (length) => ({ parts: [{ class: "setup", length }] });

test("requests and updates add up, message by message", () => {
  const asked = whole({}, { wire: [passage("up", "setup", "GET /forever-frame HTTP/1.1\r\n")] });
  const came = { wire: [passage("down", "payload", "1", [{ seq: 1 }]), passage("down", "payload", "2", [{ seq: 2 }])] };
  const all = whole(whole(asked, came), { sent_us: 1 });
  assert.deepEqual(all, { "forever-frame": { requests: 1, updates: 2 } });
  assert.deepEqual(asked, { "forever-frame": { requests: 1, updates: 0 } });
});

test("the rest of a header is no request", () => {
  assert.equal(whole({}, { wire: [passage("up", "setup", "x: y\r\n")] })["forever-frame"].requests, 0);
});

test("the counters get both, and the bytes of the newest handshake and frame header", () => {
  const parts = [{ class: "tls", length: 5 }, { class: "websocket_frame", length: 2 }, { class: "payload", length: 100 }];
  const newest = { handshake: { up: setup(500), down: { parts: [...setup(170).parts, ...parts] } }, frame: { parts } };
  const counters = { sse: { requests: 0 }, websocket: { requests: 0 } };
  const all = withWhole(counters, { sse: { requests: 1, updates: 9 } }, newest);
  assert.deepEqual(all.sse, { requests: 0, whole: { requests: 1, updates: 9 } });
  assert.equal(all.websocket.handshake, 670);
  assert.equal(all.websocket.frame, 2);
  assert.equal(withWhole(counters, {}).websocket.handshake, undefined);
});

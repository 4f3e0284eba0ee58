// Does a panel know what has become of what it sent?

import assert from "node:assert/strict";
import test from "node:test";

import { NOTHING, said, underWay } from "../../model/panel/said.js";

const sent = { kind: "sent", value: { id: "a-3", text: "hello" }, at: 100 };
const update = (id, at) => ({ kind: "message", value: { seq: 7, at_us: 1, data: { from: "sse", id, said: "hello" } }, at });
const taken = { kind: "taken", value: { id: "a-3" } };
const after = (...log) => log.reduce(said, NOTHING);

test("the round trip is from sending to the own update's arrival", () => {
  const state = after(sent, update("a-3", 112.5));
  assert.equal(state.stage, "back");
  assert.equal(state.round_trip_ms, 12.5);
});

test("it may come back before the answer that it was taken", () => {
  assert.equal(after(sent, update("a-3", 112), taken).stage, "back");
});

test("what others said, and a price, are not the own update", () => {
  const others = [update("b-3", 101), update("a-2", 102)];
  const price = { kind: "message", value: { seq: 8, at_us: 1, data: { price: 1 } } };
  const nothing = { kind: "message", value: { seq: 9, at_us: 1, data: null } };
  assert.ok(underWay(after(sent, ...others, price, nothing)));
});

test("before anything was sent no update is the own one", () => {
  assert.deepEqual(after(update(undefined, 5), { kind: "cut", value: 1006 }), NOTHING);
});

test("why it failed is kept, and so is what was said", () => {
  const state = after(sent, { kind: "failed", value: { id: "a-3", reason: "refused", why: "too long" } });
  assert.equal(underWay(state), false);
  assert.deepEqual([state.stage, state.reason, state.why, state.text], ["failed", "refused", "too long", "hello"]);
});

test("the answer to an older one changes nothing", () => {
  const older = { id: "a-2", reason: "unreached" };
  assert.equal(after(sent, { kind: "failed", value: older }).stage, "sent");
  assert.equal(after(sent, { kind: "taken", value: older }).stage, "sent");
});

test("a cut of the stream that carried it loses it, a cut of another does not", () => {
  const { stage, why } = after(sent, { kind: "cut", value: 1009 });
  assert.deepEqual([stage, why], ["cut", 1009]);
  assert.equal(after(sent, { kind: "cut" }).stage, "sent");
});

test("it may be among the updates that were missed", () => {
  assert.equal(after(sent, taken, { kind: "message", value: { missed: 2 } }).stage, "missed");
});

test("what seemed lost and comes back all the same is back", () => {
  assert.equal(after(sent, { kind: "cut", value: 1006 }, update("a-3", 900)).round_trip_ms, 800);
});

test("the first arrival counts", () => {
  assert.equal(after(sent, update("a-3", 110), update("a-3", 300)).round_trip_ms, 10);
});

// Does the model of a panel tell gaps, repeats, notices and how long it took to recover?

import assert from "node:assert/strict";
import test from "node:test";

import { EMPTY_PANEL, median, panel } from "../../model/panel/state.js";

const seq = (seq, data = { price: 1.5 }) => ({ seq, at_us: 1_000_900, data });
const message = (value, at = 1_005) => ({ kind: "message", value, at });
const after = (...log) => log.reduce(panel, EMPTY_PANEL);

function counts(...messages) {
  const { updates, gaps, repeats, missed, startedOver, after: place } = after(...messages.map((value) => message(value)));
  return { updates, gaps, repeats, missed, startedOver, after: place };
}

// The cursor after an update of this test.
const cursor = (seq) => `${seq}.lgas`;
const none = { gaps: 0, repeats: 0, missed: 0, startedOver: 0 };

test("updates in order are neither gaps nor repeats", () => {
  assert.deepEqual(counts(seq(7), seq(8)), { ...none, updates: 2, after: cursor(8) });
});

test("an update that never came is a gap", () => {
  assert.deepEqual(counts(seq(7), seq(10)), { ...none, updates: 2, gaps: 2, after: cursor(10) });
});

test("an update that comes again is a repeat, and does not move the place back", () => {
  assert.deepEqual(counts(seq(7), seq(8), seq(7), seq(9)), { ...none, updates: 4, repeats: 1, after: cursor(9) });
});

test("what the server told of as missed is no gap", () => {
  assert.deepEqual(counts(seq(7), { missed: 5 }, seq(13)), { ...none, updates: 2, missed: 5, after: cursor(13) });
  assert.deepEqual(counts(seq(7), { missed: 5 }, seq(14)), { ...none, updates: 2, missed: 5, gaps: 1, after: cursor(14) });
});

test("a feed that started over is followed from its start", () => {
  const told = counts(seq(7), { started_over: true, missed: 2 }, seq(3));
  assert.deepEqual(told, { ...none, updates: 2, missed: 2, startedOver: 1, after: cursor(3) });
});

test("a notice is followed from the position before it", () => {
  assert.equal(after(message(seq(7)), message({ missed: 5 })).after, 12);
  assert.equal(after(message(seq(7)), message({ started_over: true, missed: 2 })).after, 2);
});

test("latency is the arrival minus the planned instant, both in whole milliseconds", () => {
  assert.deepEqual(after(message(seq(7), 1_005)).latest, [{ seq: 7, data: 1.5, latency_ms: 5 }]);
});

test("the median is of the latest updates, and there is none before the first", () => {
  assert.equal(median([]), undefined);
  assert.equal(median(after(...[1_001, 1_009, 1_003].map((at, nth) => message(seq(nth + 1), at))).latest), 3);
});

test("the latest updates are bounded, the newest first", () => {
  const { latest } = after(...Array.from({ length: 100 }, (_, nth) => message(seq(nth + 1))));
  assert.equal(latest.length, 20);
  assert.equal(latest[0].seq, 100);
});

test("of an update is shown the price, what a panel said, or else all of it", () => {
  const shows = (data, shown) => assert.deepEqual(after(message(seq(7, data))).latest[0].data, shown);
  shows({ price: 1.5, pad: "" }, 1.5);
  shows({ from: "sse", id: "a-1", said: "hello" }, "hello");
  for (const data of [null, "text", [1], 0, { price: null }, { other: 1 }]) shows(data, data);
});

test("recovering takes from the first cut to the first update after it", () => {
  const cut = (at) => ({ kind: "cut", at });
  const again = after(message(seq(7)), cut(2_000), cut(3_000), { kind: "open", at: 3_900 });
  assert.equal(again.recovered_ms, undefined);
  assert.equal(again.cuts, 2);
  const recovered = [message({ missed: 1 }, 3_950), message(seq(9), 4_000), message(seq(10), 5_000)].reduce(panel, again);
  assert.equal(recovered.recovered_ms, 2_000);
  assert.equal(panel(recovered, cut(6_000)).recovered_ms, undefined);
});

test("an update that was never cut off recovers from nothing", () => {
  assert.equal(after(message(seq(7)), message(seq(8))).recovered_ms, undefined);
});

test("an event that no transport tells is an error", () => {
  assert.throws(() => panel(EMPTY_PANEL, { kind: "mesage" }), /mesage/);
});

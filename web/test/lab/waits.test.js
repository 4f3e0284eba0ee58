// How long do the newest updates wait?

import assert from "node:assert/strict";
import test from "node:test";

import { waits } from "../../model/lab/waits.js";
import { EMPTY_QUEUE, push } from "../../model/wire/queue.js";

const counters = (latencies) => ({ latencies: push(EMPTY_QUEUE, latencies) });

test("from the shortest to the longest of the newest twenty", () => {
  const old = [9_000_000];
  const newest = Array.from({ length: 20 }, (_, nth) => 500_000 + 1000 * nth);
  assert.deepEqual(waits(counters([...old, ...newest])), { from_us: 500_000, to_us: 519_000 });
});

test("too few updates say nothing", () => {
  assert.equal(waits(counters([])), undefined);
  assert.equal(waits(counters(Array(9).fill(1))), undefined);
  assert.deepEqual(waits(counters(Array(10).fill(1))), { from_us: 1, to_us: 1 });
});

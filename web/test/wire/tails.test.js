import assert from "node:assert/strict";
import test from "node:test";

import { scene } from "../../model/wire/lifelines.js";
import { EMPTY_LOG, add } from "../../model/wire/log.js";
import { T0, down, framed, lab, part } from "../fixtures.js";

const ms = (number) => T0 + number * 1_000;
const together = (left_ms, ...updates) =>
  down("long-polling", 1, ms(left_ms), ms(left_ms + 50), [part("payload", "{}")], updates.map(([seq, at_ms]) => ({ seq, at_us: ms(at_ms) })));
const told = (...wire) => add(add(EMPTY_LOG, { sent_us: T0, lab: lab() }), { sent_us: ms(1_000), wire });
const tails = (log, transport, at_ms = 1_000) =>
  scene({ log, transport, at_us: ms(at_ms), span_us: 1_000_000, width: 1_000, height: 100 }).tails;
const ends = (found) => found.map(({ x1, x2, wait_us }) => [x1, x2, wait_us / 1_000]);

const log = told(
  ...[1, 2, 3, 4].map((seq) => framed(2, ms(100 * seq), ms(100 * seq + 50), seq, ms(100 * seq))),
  together(100, [1, 100]),
  together(450, [2, 200], [3, 300], [4, 400]),
);

test("an update that waits has a tail from its dot to the arrow that carries it", () => {
  assert.deepEqual(ends(tails(log, "long-polling")), [[200, 450, 250], [300, 450, 150], [400, 450, 50]]);
  assert.deepEqual(ends(tails(log, "websocket")), [], "what leaves at once has none");
});

test("the tails of updates that leave together lie one under the other, and the longest has the time", () => {
  const found = tails(log, "long-polling");
  const heights = found.map(({ y }) => y);
  assert.deepEqual(heights, [...heights].sort((a, b) => a - b));
  assert.equal(new Set(heights).size, 3);
  assert.deepEqual(found.map(({ room }) => room), [true, false, false]);
});

test("the tail of an update that still waits grows to the instant that is looked at", () => {
  assert.deepEqual(ends(tails(log, "long-polling", 350)), [[850, 1_000, 150], [950, 1_000, 50]]);
  assert.deepEqual(ends(tails(log, "sse", 350)), [], "nobody waits on a row without updates");
  assert.deepEqual(ends(tails(log, "long-polling", 1_250)), [[0, 200, 250], [50, 200, 150], [150, 200, 50]], "cut at the edge");
});

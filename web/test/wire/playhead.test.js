import assert from "node:assert/strict";
import test from "node:test";

import * as playhead from "../../model/wire/playhead.js";
import { EMPTY_LOG, add } from "../../model/wire/log.js";
import { T0, asked, framed, lab } from "../fixtures.js";

const { LIVE, SPEEDS, advance, live, pause, play, seek, span_us } = playhead;

test("live follows the newest, and a pause stands still", () => {
  const head = advance(LIVE, 16_000, T0 + 500);
  assert.equal(head.at_us, T0 + 500);
  assert.equal(head.mode, "live");
  const paused = pause(head, T0 + 600);
  assert.deepEqual([paused.mode, paused.at_us], ["paused", T0 + 600]);
  assert.equal(advance(paused, 16_000, T0 + 9_000), paused);
  assert.equal(live().mode, "live");
});

test("playing goes at its speed and stops at the end", () => {
  const head = play(seek(pause(LIVE, T0 + 5_000_000), T0), 1 / 10);
  const next = advance(head, 1_000_000, T0 + 5_000_000);
  assert.deepEqual([next.mode, next.at_us], ["playing", T0 + 100_000]);
  assert.equal(pause(next, T0 + 9_000_000).at_us, T0 + 100_000, "a pause stays where it is");
  const end = advance(next, 60_000_000, T0 + 5_000_000);
  assert.deepEqual([end.mode, end.at_us], ["paused", T0 + 5_000_000]);
});

test("scrubbing leaves the present, and goes on playing", () => {
  assert.deepEqual(seek(LIVE, T0), { mode: "paused", at_us: T0, speed: 1 });
  assert.equal(seek(play(pause(LIVE, T0), 1 / 5), T0 + 1).mode, "playing");
});

test("the picture scrolls equally fast at every speed", () => {
  assert.equal(span_us(LIVE, 1_500), 10_000_000);
  assert.deepEqual([SPEEDS[0], SPEEDS.at(-1)], [1, 1 / 100]);
  for (const speed of SPEEDS) {
    const head = play(pause(LIVE, T0), speed);
    const { at_us } = advance(head, 1_000_000, T0 + 9_000_000);
    const px = ((at_us - T0) / span_us(head, 600)) * 600;
    assert.ok(Math.abs(px - 150) < 0.01, `${px} px in a second at ×${speed}`);
  }
});

test("live looks behind the longest way", () => {
  assert.equal(playhead.lag_us(undefined), 250_000);
  assert.equal(playhead.lag_us(lab({ sse: { rtt_us: 100_000 }, polling: { rtt_us: 40_000 } })), 300_000);
});

test("the server's clock is told by the fastest messages", () => {
  const { ahead_us } = playhead;
  assert.equal(ahead_us(undefined, T0 + 700, T0), 700);
  assert.equal(ahead_us(700, T0 + 720, T0), 720, "one that was faster");
  assert.equal(ahead_us(700, T0 - 60_000, T0), 690, "one that was slow hardly counts");
  assert.equal(ahead_us(700, T0 + 5_000_000, T0), 5_000_000, "a clock that was set is followed");
});

test("in slow motion the picture moves to the nearest message instead of being empty", () => {
  const wire = [asked("polling", 1, T0 + 100_000, T0 + 200_000), framed(2, T0 + 900_000, T0 + 910_000, 1, T0)];
  const log = add(EMPTY_LOG, { sent_us: T0 + 1_000_000, wire });
  const near = (at_us, mode = "paused", names = ["polling", "websocket"], end_us = Infinity) =>
    playhead.nearest(log, names, { at_us: T0 + at_us, mode }, 31_000, T0 + end_us) - T0;
  assert.equal(near(150_000), 150_000, "one is there");
  assert.equal(near(300_000), 127_900, "as much of it as fits");
  assert.equal(near(700_000), 913_100, "all of it");
  assert.equal(near(700_000, "playing"), 903_100, "as it begins");
  assert.equal(near(700_000, "playing", undefined, 903_000), 103_100, "the next begins after the end");
  assert.equal(near(700_000, "paused", ["polling"]), 127_900, "of the rows that are shown");
  assert.equal(near(700_000, "paused", ["sse"]), 700_000, "there is none");
});

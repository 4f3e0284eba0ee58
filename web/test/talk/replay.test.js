import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { at, overheadPerUpdate, p99 } from "../../model/wire/counters.js";
import { scene } from "../../model/wire/lifelines.js";
import { add, EMPTY_LOG } from "../../model/wire/log.js";
import { recording, replay } from "../../model/talk/replay.js";
import { T0, answered, asked, framed, lab, opened } from "../fixtures.js";

const SPAN_US = 1_000_000;
const LATER_US = 7_000_000_000;

const HEARD = [
  { sent_us: T0 - 500_000, lab: lab() },
  { sent_us: T0 + 40_000, wire: [opened("websocket", 5, T0 + 10_000, T0 + 30_000)] },
  { sent_us: T0 + 50_000, wire: [framed(5, T0 + 30_000, T0 + 49_000, 0, T0 - 900_000)] },
  { sent_us: T0 + 300_000, wire: [framed(5, T0 + 210_000, T0 + 290_000, 1, T0 + 200_000)] },
  { sent_us: T0 + 600_000, wire: [asked("polling", 6, T0 + 400_000, T0 + 500_000)] },
  { sent_us: T0 + 700_000, wire: [answered("polling", 6, T0 + 500_000, T0 + 600_000, 1, T0 + 200_000)] },
  { sent_us: T0 + 1_500_000, wire: [framed(5, T0 + 1_400_000, T0 + 1_490_000, 2, T0 + 1_200_000)] },
];
const RECORDED = recording(HEARD, SPAN_US, { recorded: "2026-01-01" });

test("a recording begins at 0 with the state of the lab, and ends after its span", () => {
  assert.equal(RECORDED.recorded, "2026-01-01");
  assert.deepEqual(RECORDED.messages[0], { sent_us: 0, lab: HEARD[0].lab });
  assert.deepEqual(RECORDED.messages.map(({ sent_us }) => sent_us), [0, 40_000, 50_000, 300_000, 600_000, 700_000]);
  const [frame] = RECORDED.messages[3].wire;
  assert.deepEqual([frame.server_us, frame.client_us, frame.updates[0].at_us], [210_000, 290_000, 200_000]);
});

test("each message is due once, at its instant after the start", () => {
  const due = replay(RECORDED, LATER_US);
  assert.equal(due(LATER_US - 1).length, 0);
  assert.deepEqual(due(LATER_US + 40_000).map(({ sent_us }) => sent_us - LATER_US), [0, 40_000]);
  assert.equal(due(LATER_US + 299_999).length, 1);
  assert.equal(due(LATER_US + 299_999).length, 0);
  const { wire } = due(LATER_US + 300_000).at(-1);
  assert.equal(wire[0].client_us, LATER_US + 290_000);
  assert.equal(wire[0].updates[0].at_us, LATER_US + 200_000);
});

test("it begins again at its end, and never goes back in time", () => {
  const due = replay(RECORDED, LATER_US);
  const all = [];
  for (let us = 0; us < 5 * SPAN_US; us += 70_000) {
    const now_us = LATER_US + us;
    for (const message of due(now_us)) {
      assert.ok(message.sent_us <= now_us, "nothing comes before its time");
      all.push(message);
    }
  }
  const sent = all.map(({ sent_us }) => sent_us);
  assert.deepEqual(sent, [...sent].sort((a, b) => a - b));
  assert.equal(all.filter(({ lab }) => lab).length, 5, "five times from the start");
});

test("the updates of the next lap are the next ones", () => {
  const all = replay(RECORDED, LATER_US)(LATER_US + 2.5 * SPAN_US);
  const frames = all.flatMap(({ wire = [] }) => wire).filter(({ transport }) => transport === "websocket");
  assert.deepEqual(frames.flatMap(({ updates }) => updates.map(({ seq }) => seq)), [1, 2, 3]);
});

test("however long nobody asked, nothing is left out", () => {
  const [often, seldom] = [replay(RECORDED, LATER_US), replay(RECORDED, LATER_US)];
  const end_us = LATER_US + 3.5 * SPAN_US;
  const all = [];
  for (let now_us = LATER_US; now_us <= end_us; now_us += 50_000) all.push(...often(now_us));
  assert.deepEqual(all, seldom(end_us));
});

test("the log counts its updates anew, and its open connections end, in each lap", () => {
  const laps = 3;
  const now_us = LATER_US + laps * SPAN_US + 250_000;
  const log = replay(RECORDED, LATER_US)(now_us).reduce(add, EMPTY_LOG);
  const websocket = at(log, "websocket", now_us);
  assert.deepEqual([websocket.updates, websocket.connections], [laps, 1]);
  assert.equal(overheadPerUpdate(websocket), 2, "the head of one frame for each");
  assert.equal(p99(websocket), 90_000, "no update of one lap comes in the next");
  assert.equal(at(log, "polling", now_us).requests, laps);
  const { open } = scene({
    log,
    transport: "websocket",
    at_us: now_us,
    span_us: 4 * SPAN_US,
    width: 400,
    height: 100,
  });
  assert.equal(open.length, laps + 1);
  const widest = Math.max(...open.map(({ x1, x2 }) => x2 - x1));
  assert.ok(widest < 100, `${widest} px: no connection is open for longer than a lap`);
});

test("a stream costs in each lap of the talk's recording what it costs around an update", () => {
  const talk = JSON.parse(readFileSync(new URL("../../recordings/talk.json", import.meta.url)));
  const log = replay(talk, T0)(T0 + 4 * talk.span_us).reduce(add, EMPTY_LOG);
  const around = (transport, laps) => overheadPerUpdate(at(log, transport, T0 + laps * talk.span_us - 1_000_000));
  for (const laps of [1, 2, 3, 4]) {
    assert.deepEqual([around("websocket", laps), around("http-streaming", laps)], [2, 7], `lap ${laps}`);
  }
});

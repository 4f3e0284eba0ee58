import assert from "node:assert/strict";
import test from "node:test";

import { NONE, fold } from "../model/counters.js";
import { race, ratio } from "../model/race.js";
import { passages } from "../model/wire.js";
import { T0, answered, asked, framed } from "./wires.js";

const counted = (...wire) => fold(NONE, passages({ sent_us: T0, wire }, 1));
const long = counted(
  asked("long-polling", 1, T0, T0),
  answered("long-polling", 1, T0, T0, 1, T0),
);
const socket = counted(framed(2, T0, T0, 1, T0));

test("the eight run in the order of every table", () => {
  assert.deepEqual(
    race({}).rows.map(({ transport }) => transport),
    [
      "page-refresh",
      "polling",
      "hidden-frame",
      "long-polling",
      "forever-frame",
      "http-streaming",
      "sse",
      "websocket",
    ],
  );
  assert.ok(race({}).rows.every(({ share, updates }) => share === 0 && updates === 0));
  assert.equal(race({}).leader, undefined);
});

test("who spends the most is the measure, and who spends the least leads", () => {
  const { rows, leader } = race({ websocket: socket, "long-polling": long });
  const head = "GET /long-polling HTTP/1.1\r\nHost: localhost\r\n\r\n".length + 19;
  assert.deepEqual(rows[3], { transport: "long-polling", overhead: head, share: 1, updates: 1 });
  assert.deepEqual(rows[7], { transport: "websocket", overhead: 2, share: 2 / head, updates: 1 });
  assert.equal(leader, "websocket");
});

test("whoever brought nothing does not lead", () => {
  const waiting = counted(asked("polling", 1, T0, T0));
  assert.equal(race({ polling: waiting, sse: NONE }).leader, undefined);
  assert.equal(race({ polling: waiting, "long-polling": long }).leader, "long-polling");
});

test("the ratio is of the overhead of an update", () => {
  const twice = counted(
    ...[1, 2].flatMap((seq) => [
      asked("long-polling", 1, T0, T0),
      answered("long-polling", 1, T0, T0, seq, T0),
    ]),
  );
  assert.equal(ratio(long, socket), ratio(twice, socket));
  assert.equal(ratio(long, socket), race({ "long-polling": long }).rows[3].overhead / 2);
  assert.equal(ratio(long, NONE), undefined);
  assert.equal(ratio(NONE, socket), undefined);
});

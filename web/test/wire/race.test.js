import assert from "node:assert/strict";
import test from "node:test";

import { ZERO_COUNTERS, countAll } from "../../model/wire/counters.js";
import { comparison, fullPile, race } from "../../model/wire/race.js";
import { passages } from "../../model/wire/passage.js";
import { T0, answered, asked, framed } from "../fixtures.js";

const counted = (...wire) => countAll(ZERO_COUNTERS, passages({ sent_us: T0, wire }, 1));
const long = counted(
  asked("long-polling", 1, T0, T0),
  answered("long-polling", 1, T0, T0, 1, T0),
);
const socket = counted(framed(2, T0, T0, 1, T0));

test("the eight run in the order of every table", () => {
  assert.deepEqual(
    race({}).map(({ transport }) => transport),
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
  assert.ok(race({}).every(({ share, updates }) => share === 0 && updates === 0));
});

test("who spends the most is the measure", () => {
  const rows = race({ websocket: socket, "long-polling": long });
  const head = "GET /long-polling HTTP/1.1\r\nHost: localhost\r\n\r\n".length + 19;
  assert.deepEqual(rows[3], { transport: "long-polling", overhead: head, share: 1, updates: 1 });
  assert.deepEqual(rows[7], { transport: "websocket", overhead: 2, share: 2 / head, updates: 1 });
});

const polled = (updates) =>
  counted(
    ...updates.flatMap((seq) => [
      asked("long-polling", 1, T0, T0),
      answered("long-polling", 1, T0, T0, seq, T0),
    ]),
    // The request that waits for the next update is no part of those before.
    asked("long-polling", 1, T0, T0),
  );
const spoken = (updates) => counted(...updates.map((seq) => framed(2, T0, T0, seq, T0)));

test("the comparison is of the overhead from update to update, once there are enough", () => {
  const head = "GET /long-polling HTTP/1.1\r\nHost: localhost\r\n\r\n".length + 19;
  const six = [1, 2, 3, 4, 5, 6];
  assert.deepEqual(comparison(polled(six), spoken(six)), { long: head, socket: 2, tcpIp: false });
  assert.equal(comparison(polled(six.slice(1)), spoken(six)), undefined);
  assert.equal(comparison(polled(six), spoken(six.slice(1))), undefined);
  assert.equal(comparison(ZERO_COUNTERS, spoken(six)), undefined);
  const withTcpIp = (counters) => ({ ...counters, tcpIp: 5 * 104 });
  const expected = { long: head + 104, socket: 106, tcpIp: true };
  assert.deepEqual(comparison(withTcpIp(polled(six)), withTcpIp(spoken(six))), expected);
  assert.equal(comparison(withTcpIp(polled(six)), spoken(six)).tcpIp, false, "both or none");
});

test("all piles have one scale, which doubles when the largest is full", () => {
  const pile = (up, tcp_ip) => ({ up, down: 0, bytes: { tcp_ip } });
  assert.equal(fullPile([pile(0), pile(10)]), 4_000);
  assert.equal(fullPile([pile(4_000), pile(10)]), 4_000);
  assert.equal(fullPile([pile(10), pile(3_999, 2)]), 8_000);
  assert.equal(fullPile([]), 4_000);
});

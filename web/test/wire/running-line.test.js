// Is the step of a client the one that its wire shows?

import assert from "node:assert/strict";
import test from "node:test";

import { answered, asked, down, framed, lab, opened, part, T0, up } from "../fixtures.js";
import { add, EMPTY_LOG } from "../../model/wire/log.js";
import { running } from "../../model/wire/running-line.js";

const MS = 1_000;
const at = (ms) => T0 + ms * MS;
const logged = (...wire) => add(EMPTY_LOG, { sent_us: at(60_000), wire });
const now = (log, transport, ms) => running(log, transport, at(ms)).now;

// Asked at 0, held from 100 on, answered from 500 to 600, and asked again at once.
const poll = [
  asked("long-polling", 1, at(0), at(100)),
  answered("long-polling", 1, at(500), at(600), 1, at(500)),
  asked("long-polling", 1, at(601), at(701)),
];

test("a long poll asks, waits, receives, and asks again", () => {
  const log = logged(...poll);
  const steps = [-1, 50, 300, 550, 600.5, 650, 900].map((ms) => now(log, "long-polling", ms));
  assert.deepEqual(steps, [undefined, "ask", "wait", "receive", "pause", "ask", "wait"]);
});

test("between two looks no step is missed", () => {
  const log = logged(...poll);
  const { now, ran } = running(log, "long-polling", at(650), at(590));
  assert.deepEqual([now, ran], ["ask", ["update", "ask"]]);
  assert.deepEqual(running(log, "long-polling", at(750), at(400)).ran, ["receive", "update", "ask", "wait"]);
  assert.deepEqual(running(log, "long-polling", at(750)).ran, []);
});

test("polling pauses until its next request", () => {
  const log = logged(asked("polling", 1, at(0), at(10)), answered("polling", 1, at(10), at(20), 1, at(5)));
  assert.deepEqual([now(log, "polling", 5), now(log, "polling", 500)], ["ask", "pause"]);
});

test("a stream and a WebSocket wait for what comes", () => {
  const sse = logged(asked("sse", 1, at(0), at(10), "setup"), opened("sse", 1, at(10), at(20)));
  assert.deepEqual([5, 15, 30_000].map((ms) => now(sse, "sse", ms)), ["ask", "receive", "wait"]);
  const socket = logged(framed(1, at(0), at(10), 1, at(0)));
  assert.deepEqual([5, 30_000].map((ms) => now(socket, "websocket", ms)), ["receive", "wait"]);
});

test("what a client publishes is no step", () => {
  const post = up("long-polling", 2, at(300), at(310), [part("request_head", "POST /updates HTTP/1.1\r\n\r\n")]);
  const taken = down("long-polling", 2, at(310), at(320), [part("response_head", "HTTP/1.1 201 Created\r\n\r\n")]);
  assert.equal(now(logged(...poll, post, taken), "long-polling", 400), "wait");
});

test("a client whose connection was cut has not connected again before its next request", () => {
  let log = logged(framed(1, at(0), at(10), 1, at(0)));
  for (const [ms, plugged] of [[0, true], [1_000, false], [6_000, true]]) {
    log = add(log, { sent_us: at(ms), lab: lab({ websocket: { plugged } }) });
  }
  log = add(log, { sent_us: at(60_000), wire: [asked("websocket", 2, at(7_000), at(7_100), "setup")] });
  const steps = [500, 3_000, 6_500, 7_050, 8_000].map((ms) => now(log, "websocket", ms));
  assert.deepEqual(steps, ["wait", "cut", "cut", "ask", "wait"]);
});

test("a client that the server refuses is not connected", () => {
  const refused = down("websocket", 1, at(20), at(30), [part("response_head", "HTTP/1.1 400 Bad Request\r\n\r\n")]);
  const log = logged(asked("websocket", 1, at(0), at(10), "setup"), refused);
  assert.equal(now(log, "websocket", 100), "cut");
});

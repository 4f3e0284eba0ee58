import assert from "node:assert/strict";
import test from "node:test";

import * as counters from "../../model/wire/counters.js";
import { EMPTY_LOG, KEPT_US, add } from "../../model/wire/log.js";
import { list } from "../../model/wire/queue.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { passages } from "../../model/wire/passage.js";
import { T0, answered, asked, down, framed, handshaken, opened, part, random, randomMessages, sealed, up } from "../fixtures.js";

const { ZERO_COUNTERS, count } = counters;
const counted = (...wire) => passages({ sent_us: T0, wire }, 1).reduce(count, ZERO_COUNTERS);

test("the bytes of all classes are the bytes of both ways", () => {
  for (const { name } of TRANSPORTS) {
    const wire = randomMessages(1, 50, 40_000).flatMap((message) => message.wire);
    const own = wire.filter(({ transport }) => transport === name);
    const told = counted(...own);
    const all = Object.values(told.bytes).reduce((sum, bytes) => sum + bytes, 0);
    const parts = own.flatMap((passage) => passage.parts);
    assert.equal(told.up + told.down, all);
    assert.equal(all, parts.reduce((sum, { length }) => sum + length, 0));
    assert.ok(told.up > 0 && told.down > 0);
  }
});

test("a poll is one request, one update, two heads", () => {
  const request = asked("polling", 4, T0, T0 + 10);
  const told = counted(request, answered("polling", 4, T0 + 20, T0 + 30, 1, T0));
  assert.equal(told.requests, 1);
  assert.equal(told.updates, 1);
  assert.equal(told.connections, 1);
  assert.equal(told.bytes.request_head, "GET /polling HTTP/1.1\r\nHost: localhost\r\n\r\n".length);
  assert.equal(told.bytes.payload, '{"seq":1}'.length);
  assert.equal(counters.latency_now(told), 30, "until it reached the client");
});

test("the update that tells a client its place has no latency: it was there before", () => {
  const request = asked("polling", 4, T0, T0 + 10);
  const told = counted(request, answered("polling", 4, T0 + 20, T0 + 30, 1, T0 - 1));
  assert.equal(told.updates, 1);
  assert.equal(counters.latency_now(told), undefined);
});

test("a handshake is a request, and a head in two pieces is one", () => {
  assert.equal(counted(asked("websocket", 1, T0, T0, "setup")).requests, 1);
  const head = (text) => up("polling", 1, T0, T0, [part("request_head", text)]);
  assert.equal(counted(head("GET /polling HT"), head("TP/1.1\r\n\r\n")).requests, 1);
});

test("overhead is all but the updates' text and what opens a stream", () => {
  const told = counted(
    asked("websocket", 1, T0, T0, "setup"),
    opened("websocket", 1, T0, T0),
    framed(1, T0, T0, 1, T0),
    framed(1, T0, T0, 2, T0),
  );
  assert.equal(counters.overhead(told), 4, "two frame heads");
  assert.equal(counters.overheadPerUpdate(told), 2);
  assert.equal(counters.overheadPerUpdate(ZERO_COUNTERS), undefined);
});

test("the percentile is a latency that occurred, of the newest thousand", () => {
  const update = (latency_us) => framed(1, T0, T0 + latency_us, 1, T0);
  const told = (latencies) => counted(...latencies.map(update));
  const hundred = Array.from({ length: 100 }, (_, nth) => 100 - nth);
  assert.equal(counters.p99(told(hundred)), 99);
  assert.equal(counters.p99(told([7])), 7);
  assert.equal(counters.p99(ZERO_COUNTERS), undefined);
  assert.equal(counters.latency_now(ZERO_COUNTERS), undefined);
  const late = told([...hundred.map(() => 1_000_000), ...Array.from({ length: 1_000 }, () => 5)]);
  assert.equal(counters.p99(late), 5, "the late ones are over");
  assert.equal(late.updates, 1_100);
  assert.equal(late.latencies.length, 1_000);
});

test("what a client sends is no update that it received", () => {
  const sent = up("websocket", 1, T0, T0, [part("payload", "{}")]);
  assert.equal(counted({ ...sent, updates: [{ seq: 1, at_us: T0 }] }).updates, 0);
});

test("each connection counts once, however many came since", () => {
  const passage = (connection) => down("polling", connection, T0, T0, [part("format", "[]")]);
  const two = counted(passage(0), passage(5), passage(0), passage(5));
  assert.equal(two.connections, 2);
  const many = Array.from({ length: 3_000 }, (_, nth) => passage(nth + 1));
  const told = counted(...many, passage(1), passage(1_500), passage(3_000));
  assert.equal(told.connections, 3_000);
  assert.ok(told.seen.numbers.size <= 1_000, "in bounded memory");
});

const each = (make) => Object.fromEntries(TRANSPORTS.map(({ name }) => [name, make(name)]));
const plain = (told) => ({ ...told, latencies: list(told.latencies) });

test("at any instant, scrubbing gives what counting from the start gives", () => {
  for (const seed of [1, 2, 3]) {
    const next = random(seed);
    const told = randomMessages(seed, 400, 400_000); // 160 s: the oldest leave the log
    const all = passages({ wire: told.flatMap(({ wire }) => wire) }, 1);
    const follow = each(counters.follower);
    let log = EMPTY_LOG;
    for (const message of told) {
      log = add(log, message);
      const oldest_us = log.from_us;
      const at_us = Math.floor(oldest_us + next() * (log.sent_us - oldest_us));
      const { name } = TRANSPORTS[Math.floor(next() * 8)];
      const fresh = all
        .filter(({ transport, id }) => transport === name && id < log.nextId)
        .filter(({ arrived_us }) => arrived_us <= at_us)
        .sort((a, b) => a.arrived_us - b.arrived_us)
        .reduce(count, ZERO_COUNTERS);
      assert.deepEqual(plain(follow[name](log, at_us)), plain(fresh));
      assert.deepEqual(plain(counters.at(log, name, at_us)), plain(fresh));
    }
    assert.ok(log.from_us >= log.sent_us - KEPT_US && log.from_us > T0, "the oldest left");
  }
});

test("asking again for a later instant counts only what is new", () => {
  const follow = counters.follower("websocket");
  const first = add(EMPTY_LOG, { sent_us: T0, wire: [framed(1, T0, T0, 1, T0)] });
  const log = add(first, { sent_us: T0 + 1_000, wire: [framed(1, T0 + 500, T0 + 600, 2, T0)] });
  const before = follow(log, T0 + 10);
  assert.equal(follow(log, T0 + 20), before, "the same value: nothing new");
  assert.equal(follow(log, T0 + 600).updates, 2, "what arrives at the instant has arrived");
  assert.equal(follow(log, T0 + 599).updates, 1);
});

test("over TLS records count around updates, and the handshake as set-up and no request", () => {
  const hello = up("websocket", 1, T0, T0 + 10, [handshaken()]);
  const ask = up("websocket", 1, T0, T0 + 10, sealed(part("setup", "GET /websocket HTTP/1.1\r\n\r\n")));
  const frame = sealed(part("websocket_frame", "\x81\x09"), part("payload", '{"seq":1}'));
  const frames = [1, 2].map((seq) => down("websocket", 1, T0 + 20, T0 + 30, frame, [{ seq, at_us: T0 + 20 }]));
  const told = counted(hello, ask, ...frames);
  assert.equal(told.requests, 1);
  assert.equal(told.bytes.tls, 3 * 22);
  assert.deepEqual(Object.keys(told.bytes), counters.CLASSES);
  assert.equal(counters.overheadPerUpdate(told), 2 + 22);
});

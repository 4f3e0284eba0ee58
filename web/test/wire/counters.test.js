import assert from "node:assert/strict";
import test from "node:test";

import * as counters from "../../model/wire/counters.js";
import { EMPTY_LOG, KEPT_US, add, reset, share } from "../../model/wire/log.js";
import { list } from "../../model/wire/queue.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { passages } from "../../model/wire/passage.js";
import { T0, answered, asked, down, framed, handshaken, lab, opened, part, random, randomMessages, sealed, up } from "../fixtures.js";

const { ZERO_COUNTERS, count } = counters;
const counted = (...wire) => passages({ sent_us: T0, wire }, 1).reduce(count, ZERO_COUNTERS);

test("the bytes of all classes are the bytes of both ways", () => {
  for (const { name } of TRANSPORTS) {
    const wire = randomMessages(1, 50, 40_000).flatMap((message) => message.wire);
    const own = wire.filter(({ transport }) => transport === name);
    const result = counted(...own);
    const all = Object.values(result.bytes).reduce((sum, bytes) => sum + bytes, 0);
    const parts = own.flatMap((passage) => passage.parts);
    assert.equal(result.up + result.down, all);
    assert.equal(all, parts.reduce((sum, { length }) => sum + length, 0));
    assert.ok(result.up > 0 && result.down > 0);
  }
});

test("a poll is one request, one update, two heads", () => {
  const request = asked("polling", 4, T0, T0 + 10);
  const result = counted(request, answered("polling", 4, T0 + 20, T0 + 30, 1, T0));
  assert.equal(result.requests, 1);
  assert.equal(result.updates, 1);
  assert.equal(result.bytes.request_head, "GET /polling HTTP/1.1\r\nHost: localhost\r\n\r\n".length);
  assert.equal(result.bytes.payload, '{"seq":1}'.length);
  assert.equal(counters.medianLatency(result, 1), 30, "until it reached the client");
});

test("the update that tells a client its place has no latency: it was there before", () => {
  const request = asked("polling", 4, T0, T0 + 10);
  const result = counted(request, answered("polling", 4, T0 + 20, T0 + 30, 1, T0 - 1));
  assert.equal(result.updates, 1);
  assert.equal(counters.medianLatency(result, 1), undefined);
});

test("a handshake is a request, and a head in two pieces is one", () => {
  assert.equal(counted(asked("websocket", 1, T0, T0, "setup")).requests, 1);
  const head = (text) => up("polling", 1, T0, T0, [part("request_head", text)]);
  assert.equal(counted(head("GET /polling HT"), head("TP/1.1\r\n\r\n")).requests, 1);
});

test("overhead is all but the updates' text and what opens a stream", () => {
  const result = counted(
    asked("websocket", 1, T0, T0, "setup"),
    opened("websocket", 1, T0, T0),
    framed(1, T0, T0, 1, T0),
    framed(1, T0, T0, 2, T0),
  );
  assert.equal(counters.overhead(result), 4, "two frame heads");
  assert.equal(counters.overheadPerUpdate(result), 2);
  assert.equal(counters.overheadPerUpdate(ZERO_COUNTERS), undefined);
});

test("the percentile is a latency that occurred, of the newest thousand", () => {
  const update = (latency_us) => framed(1, T0, T0 + latency_us, 1, T0);
  const result = (latencies) => counted(...latencies.map(update));
  const hundred = Array.from({ length: 100 }, (_, nth) => 100 - nth);
  assert.equal(counters.p99(result(hundred)), 99);
  assert.equal(counters.p99(result([7])), 7);
  assert.equal(counters.p99(ZERO_COUNTERS), undefined);
  assert.equal(counters.medianLatency(ZERO_COUNTERS, 1), undefined);
  const late = result([...hundred.map(() => 1_000_000), ...Array.from({ length: 1_000 }, () => 5)]);
  assert.equal(counters.p99(late), 5, "the late ones are over");
  assert.equal(late.updates, 1_100);
  assert.equal(late.latencies.length, 1_000);
});

test("the median is that of the newest latencies", () => {
  const result = (latencies) => counted(...latencies.map((us) => framed(1, T0, T0 + us, 1, T0)));
  assert.equal(counters.medianLatency(ZERO_COUNTERS, 3), undefined);
  assert.equal(counters.medianLatency(result([7]), 3), 7);
  assert.equal(counters.medianLatency(result([900, 900, 900, 30, 10, 20]), 3), 20);
});

test("what a client sends is no update that it received", () => {
  const sent = up("websocket", 1, T0, T0, [part("payload", "{}")]);
  assert.equal(counted({ ...sent, updates: [{ seq: 1, at_us: T0 }] }).updates, 0);
});

test("the connections are those that are open at the instant", () => {
  const passage = (connection, us) => down("polling", connection, T0 + us, T0 + us, [part("format", "[]")]);
  const end = (connection, us) => down("polling", connection, T0 + us, T0 + us, []);
  const wire = [passage(0, 10), passage(5, 20), passage(0, 30), end(0, 40), passage(7, 50)];
  let log = add(EMPTY_LOG, { sent_us: T0 + 60, wire });
  const open = (us) => counters.at(log, "polling", T0 + us).connections;
  assert.deepEqual([0, 10, 25, 40, 55].map(open), [0, 1, 2, 1, 2]);
  log = add(log, { sent_us: T0 + 70, lab: lab({ polling: { plugged: false } }) });
  assert.equal(open(65), 2);
  assert.equal(open(75), 0, "a pulled plug ends them all");
  log = add(log, { sent_us: T0 + 90, wire: [passage(9, 80)] });
  assert.equal(open(85), 1);
});

test("without a network the feed's rate tells for how long an update has been due", () => {
  const feed = { running: true, rate_per_s: 2, payload_bytes: 100 };
  const state = (plugged, feed) => ({ ...lab({ websocket: { plugged } }), feed });
  const overdue = (...states) => {
    const messages = [{ sent_us: T0, lab: states[0] }, { sent_us: T0 + 20, wire: [framed(1, T0 + 5, T0 + 10, 1, T0 + 5)] }];
    let log = messages.reduce(add, EMPTY_LOG);
    log = add(log, { sent_us: T0 + 30, lab: states[1] });
    return counters.followers()(log, T0 + 4_000_000).websocket.overdue_us;
  };
  assert.equal(overdue(state(true, feed), state(false, feed)), 4_000_000 - 500_005);
  assert.equal(overdue(state(true, feed), state(true, feed)), undefined);
  assert.equal(overdue(state(true, feed), state(false, { ...feed, running: false })), undefined);
  assert.equal(overdue(state(true, null), state(false, null)), undefined);
});

const each = (make) => Object.fromEntries(TRANSPORTS.map(({ name }) => [name, make(name)]));
const KEYS = Object.keys(ZERO_COUNTERS);
// What is counted from passages.
const plain = (result) => {
  const own = Object.fromEntries(KEYS.map((key) => [key, result[key]]));
  const bytes = Object.fromEntries(counters.CLASSES.map((name) => [name, result.bytes[name]]));
  return { ...own, bytes, latencies: list(result.latencies) };
};

test("at any instant, scrubbing gives what counting from the start gives", () => {
  for (const seed of [1, 2, 3]) {
    const next = random(seed);
    const result = randomMessages(seed, 400, 400_000); // 160 s: the oldest leave the log
    const all = passages({ wire: result.flatMap(({ wire }) => wire) }, 1);
    const follow = each(counters.follower);
    let log = EMPTY_LOG;
    for (const message of result) {
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
  assert.deepEqual(plain(follow(log, T0 + 20)), plain(before), "nothing new");
  assert.equal(follow(log, T0 + 600).updates, 2, "what arrives at the instant has arrived");
  assert.equal(follow(log, T0 + 599).updates, 1);
});

test("over TLS records count around updates, and the handshake as set-up and no request", () => {
  const hello = up("websocket", 1, T0, T0 + 10, [handshaken()]);
  const ask = up("websocket", 1, T0, T0 + 10, sealed(part("setup", "GET /websocket HTTP/1.1\r\n\r\n")));
  const frame = sealed(part("websocket_frame", "\x81\x09"), part("payload", '{"seq":1}'));
  const frames = [1, 2].map((seq) => down("websocket", 1, T0 + 20, T0 + 30, frame, [{ seq, at_us: T0 + 20 }]));
  const result = counted(hello, ask, ...frames);
  assert.equal(result.requests, 1);
  assert.equal(result.bytes.tls, 3 * 22);
  assert.deepEqual(Object.keys(result.bytes), counters.CLASSES);
  assert.equal(counters.overheadPerUpdate(result), 2 + 22);
});

// Long polls of one update each: each costs two headers.
const polled = (from, to, from_us) =>
  Array.from({ length: to - from }, (_, nth) => {
    const us = from_us + nth * 1_000;
    return [asked("long-polling", 1, us, us + 10), answered("long-polling", 1, us + 500, us + 510, from + nth, us + 500)];
  }).flat();

test("a reset starts the counters of all rows at one instant", () => {
  let log = add(EMPTY_LOG, { sent_us: T0, lab: lab() });
  log = add(log, { sent_us: T0 + 10_000, wire: [...polled(1, 9, T0), framed(2, T0 + 1, T0 + 2, 1, T0)] });
  log = add(reset(log, T0 + 10_000), { sent_us: T0 + 20_000, wire: polled(9, 12, T0 + 11_000) });
  const at = (transport, us) => counters.at(log, transport, T0 + us);
  assert.equal(at("long-polling", 9_999).updates, 8, "before it all count");
  assert.equal(at("long-polling", 9_999).span_us, 9_999);
  assert.deepEqual([at("long-polling", 20_000).updates, at("websocket", 20_000).updates], [3, 0]);
  assert.deepEqual([at("long-polling", 20_000).span_us, at("websocket", 20_000).span_us], [10_000, 10_000]);
  assert.equal(at("websocket", 20_000).bytes.payload, 0);
});

test("after a change of distance the counters remember nothing of the old one", () => {
  const far = lab({ "long-polling": { rtt_us: 400_000 } });
  let log = add(EMPTY_LOG, { sent_us: T0, lab: far });
  const late = [1, 2, 3].map((seq) => answered("long-polling", 1, T0 + seq, T0 + 200_000 + seq, seq, T0 + seq));
  log = add(log, { sent_us: T0 + 300_000, wire: late });
  log = add(log, { sent_us: T0 + 300_000, lab: lab() });
  // This one is still under way at the old distance.
  const underWay = answered("long-polling", 1, T0 + 299_000, T0 + 499_000, 4, T0 + 299_000);
  log = add(log, { sent_us: T0 + 900_000, wire: [underWay, ...polled(5, 9, T0 + 800_000)] });
  const before = counters.at(log, "long-polling", T0 + 300_000);
  assert.equal(counters.p99(before), 200_000);
  const after = counters.at(log, "long-polling", T0 + 900_000);
  assert.equal(counters.p99(after), 10);
  assert.equal(after.updates, 4);
  const whole = Object.values({ ...after.bytes, tcp_ip: 0 }).reduce((sum, bytes) => sum + bytes, 0);
  const own = polled(5, 9, T0).reduce((sum, { parts }) => sum + parts.reduce((all, { length }) => all + length, 0), 0);
  assert.equal(whole, own);
});

test("a change of rate, payload size or bandwidth starts the counters, another change does not", () => {
  const feed = { rate_per_s: 1, payload_bytes: 100, running: true };
  const span = (next, more = {}) => {
    let log = add(EMPTY_LOG, { sent_us: T0, lab: { ...lab(), feed } });
    log = add(log, { sent_us: T0 + 500, lab: { ...lab(more), feed: { ...feed, ...next } } });
    return counters.at(log, "sse", T0 + 900).span_us;
  };
  assert.equal(span({ rate_per_s: 5 }), 400);
  assert.equal(span({ payload_bytes: 500 }), 400);
  assert.equal(span({}, { sse: { bandwidth_bit_per_s: 64_000 } }), 400);
  assert.equal(span({ running: false }), 900);
  assert.equal(span({}, { sse: { plugged: false } }), 900);
});

test("the counters since a start are right when the log has dropped what was before", () => {
  let log = reset(add(EMPTY_LOG, { sent_us: T0 }), T0 + 1_000_000);
  const second = (nth) => framed(1, T0 + nth * 1_000_000, T0 + nth * 1_000_000, nth, T0 + nth * 1_000_000);
  for (let nth = 0; nth < 300; nth += 1) log = add(log, { sent_us: T0 + nth * 1_000_000, wire: [second(nth)] });
  assert.ok(log.from_us > T0 + 1_000_000);
  assert.equal(counters.at(log, "websocket", log.sent_us).updates, 299);
});

test("with the kernel's counts the overhead of an update includes TCP/IP headers", () => {
  let log = EMPTY_LOG;
  const tell = (us, count, wire) => {
    log = add(log, { sent_us: T0 + us, tcp_ip_bytes: { websocket: count }, wire });
  };
  tell(0, 5_000, []); // the page was loaded by then
  for (let nth = 1; nth <= 6; nth += 1) tell(nth * 1_000, 5_000 + nth * 104, [framed(1, T0 + nth * 1_000, T0 + nth * 1_000, nth, T0)]);
  const result = counters.at(log, "websocket", T0 + 6_000);
  assert.equal(counters.overheadPerUpdate(result), 2);
  assert.equal(counters.overheadPerUpdateWithTcpIp(result), 106);
  assert.equal(result.bytes.tcp_ip, 520, "since the first passage");
  const without = counters.at(log, "sse", T0 + 6_000);
  assert.equal(counters.overheadPerUpdateWithTcpIp(without), undefined);
  assert.equal(without.bytes.tcp_ip, undefined);
});

// A log of a WebSocket with an update each second, whose packets have 104 bytes of headers.
function tellTcpIp(log, from_s, to_s) {
  for (let nth = from_s; nth < to_s; nth += 1) {
    const at_us = T0 + nth * 1_000_000;
    log = add(log, { sent_us: at_us, wire: [framed(1, at_us, at_us, nth, at_us)] });
    log = add(log, { sent_us: at_us, tcp_ip_bytes: { websocket: 5_000 + nth * 104 } });
  }
  return log;
}

test("the TCP/IP headers of ten minutes are counted, though the log keeps two", () => {
  const log = tellTcpIp(EMPTY_LOG, 0, 600);
  assert.ok(log.from_us > T0 + KEPT_US);
  const result = counters.at(log, "websocket", log.sent_us);
  assert.equal(counters.overheadPerUpdateWithTcpIp(result), 106);
  assert.equal(result.bytes.tcp_ip, 599 * 104);

  const again = tellTcpIp(reset(log, T0 + 599_500_000), 600, 1_200);
  const since = counters.at(again, "websocket", again.sent_us);
  assert.equal(since.bytes.tcp_ip, 600 * 104, "after a reset too");
  assert.equal(counters.overheadPerUpdateWithTcpIp(since), 106);
  assert.ok(again.rows.websocket.tcp_ip.before.length <= 2);
});

test("headers of passages that were lost do not count", () => {
  for (const loss of [{ lost: true }, { missed: 7 }]) {
    let log = add(tellTcpIp(EMPTY_LOG, 0, 10), { sent_us: T0 + 9_500_000, ...loss });
    log = add(log, { sent_us: T0 + 19_000_000, tcp_ip_bytes: { websocket: 1_000_000 } });
    for (let nth = 20; nth < 30; nth += 1) {
      const at_us = T0 + nth * 1_000_000;
      log = add(log, { sent_us: at_us, wire: [framed(1, at_us, at_us, nth, at_us)] });
      log = add(log, { sent_us: at_us, tcp_ip_bytes: { websocket: 1_000_000 + (nth - 19) * 104 } });
    }
    assert.equal(counters.overheadPerUpdateWithTcpIp(counters.at(log, "websocket", log.sent_us)), 106);
  }
});

test("while all panels share a port TCP/IP headers are not counted, and afterwards anew", () => {
  const before = tellTcpIp(EMPTY_LOG, 0, 10);
  const shared = tellTcpIp(share(before, true, T0 + 9_500_000), 10, 20);
  const during = counters.at(shared, "websocket", shared.sent_us);
  assert.equal(during.updates, 10);
  assert.equal(during.bytes.tcp_ip, undefined);
  assert.equal(counters.overheadPerUpdateWithTcpIp(during), undefined);
  assert.equal(counters.overheadPerUpdate(during), 2);
  const after = tellTcpIp(share(shared, false, T0 + 19_500_000), 20, 30);
  const again = counters.at(after, "websocket", after.sent_us);
  assert.equal(again.updates, 10);
  assert.equal(counters.overheadPerUpdateWithTcpIp(again), 106);
});

test("a refused handshake is no overhead of updates", () => {
  const refusal = [part("response_head", "HTTP/1.1 426 Upgrade Required\r\n\r\n"), part("format", "{}")];
  const result = counted(
    framed(1, T0, T0, 1, T0),
    asked("websocket", 2, T0, T0, "setup"),
    down("websocket", 2, T0, T0, refusal),
    down("websocket", 2, T0, T0, [part("format", "{}")]),
    framed(3, T0, T0, 2, T0),
  );
  assert.equal(counters.overheadPerUpdate(result), 2);
  assert.equal(result.bytes.response_head, refusal[0].length, "but its bytes are counted");
});

test("what surrounds a line that a client sends is no overhead of updates", () => {
  const frame = [part("websocket_frame", "123456"), part("payload", '"hello"')];
  const socket = counted(framed(1, T0, T0, 1, T0), up("websocket", 1, T0, T0, frame), framed(1, T0, T0, 2, T0));
  assert.equal(counters.overheadPerUpdate(socket), 2);

  const post = [part("request_head", "POST /updates HTTP/1.1\r\n\r\n"), part("payload", '"hello"')];
  const taken = [part("response_head", "HTTP/1.1 201 Created\r\n\r\n"), part("format", '{"seq":2}')];
  const poll = (seq) => [asked("long-polling", 1, T0, T0), answered("long-polling", 1, T0, T0, seq, T0)];
  const line = [up("long-polling", 2, T0, T0, post), down("long-polling", 2, T0, T0, taken)];
  const without = counted(...poll(1), ...poll(2));
  const result = counted(...poll(1), ...line, ...poll(2));
  assert.equal(counters.overheadPerUpdate(result), counters.overheadPerUpdate(without));
  assert.equal(result.bytes.request_head, without.bytes.request_head + post[0].length, "its bytes are counted");

  const [, body] = taken;
  const inTwo = [line[0], down("long-polling", 2, T0, T0, [taken[0]]), down("long-polling", 2, T0, T0, [body])];
  const next = [asked("long-polling", 2, T0, T0), answered("long-polling", 2, T0, T0, 3, T0)];
  assert.equal(
    counters.overhead(counted(...poll(1), ...inTwo, ...next)),
    counters.overhead(counted(...poll(1), ...next)),
    "all of the response, and nothing of the next one",
  );
});

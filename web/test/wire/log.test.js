import assert from "node:assert/strict";
import test from "node:test";

import { at } from "../../model/wire/counters.js";
import * as logs from "../../model/wire/log.js";
import { list } from "../../model/wire/queue.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { passages } from "../../model/wire/passage.js";
import { T0, asked, framed, lab, part, randomMessages, up } from "../fixtures.js";

const { EMPTY_LOG, KEPT_CHARACTERS, KEPT_PASSAGES, KEPT_US, add } = logs;
const filled = (told) => told.reduce(add, EMPTY_LOG);
const kept = (log, transport) => list(log.rows[transport].passages);
const keptOfAll = (log) => TRANSPORTS.flatMap(({ name }) => kept(log, name));

test("a log that somebody kept does not change while the feed goes on", () => {
  const told = randomMessages(4, 600, 400_000); // 240 s: all that was kept leaves the newest log
  let log = filled(told.slice(0, 200));
  const frozen = log;
  const copy = structuredClone(frozen);
  for (const message of told.slice(200)) log = add(log, message);
  assert.deepEqual(structuredClone(frozen), copy);
  const old = new Set(keptOfAll(frozen));
  assert.ok(!keptOfAll(log).some((passage) => old.has(passage)));
});

test("a log keeps its time, and counts what it drops", () => {
  const told = randomMessages(5, 800, 400_000);
  const log = filled(told);
  const all = passages({ wire: told.flatMap(({ wire }) => wire) }, 1);
  assert.equal(log.from_us, log.sent_us - KEPT_US);
  for (const { name } of TRANSPORTS) {
    const own = all.filter(({ transport }) => transport === name);
    const recent = own.filter(({ arrived_us }) => arrived_us > log.from_us).length;
    assert.equal(kept(log, name).length, recent);
    const updates = own.flatMap((passage) => (passage.direction === "down" ? passage.updates : []));
    assert.equal(at(log, name, log.sent_us).updates, updates.length);
    assert.ok(log.base[name].updates > 0);
  }
  const plannedFirst = list(log.planned)[0];
  assert.ok(plannedFirst.at_us > log.from_us, "of the updates too");
});

test("a log keeps a bounded number of passages, the newest", () => {
  const count = KEPT_PASSAGES + 500;
  const wire = Array.from({ length: count }, (_, nth) => framed(1, T0 + nth, T0 + nth, nth, T0));
  const log = filled([{ sent_us: T0, lab: lab() }, { sent_us: T0 + count, wire }]);
  assert.equal(log.passages, KEPT_PASSAGES);
  assert.equal(kept(log, "websocket").length, KEPT_PASSAGES);
  assert.equal(kept(log, "websocket")[0].updates[0].seq, 500);
  assert.equal(log.base.websocket.updates, 500);
  assert.equal(log.from_us, T0 + 499, "and says since when it is complete");
});

test("a log keeps a bounded amount of bytes", () => {
  const text = "x".repeat(4096);
  const each = Math.ceil(4096 / 3) * 4 + 100;
  const count = Math.ceil(KEPT_CHARACTERS / each) + 100;
  const told = Array.from({ length: count }, (_, nth) => {
    const passage = up("sse", 1, T0 + nth, T0 + nth, [part("payload", text)]);
    return { sent_us: T0 + nth, wire: [passage] };
  });
  const log = filled(told);
  assert.equal(kept(log, "sse").length, Math.floor(KEPT_CHARACTERS / each));
  assert.equal(at(log, "sse", T0 + count).up, 4096 * count);
});

test("what comes late lies where it arrived", () => {
  const log = filled(randomMessages(6, 200, 40_000));
  for (const { name } of TRANSPORTS) {
    const instants = kept(log, name).map(({ arrived_us }) => arrived_us);
    assert.ok(instants.length > 20);
    assert.deepEqual(instants, [...instants].sort((a, b) => a - b));
  }
});

test("between two instants lies whatever was under way at some instant", () => {
  const log = filled(randomMessages(7, 300, 40_000));
  for (let from_us = T0; from_us < log.sent_us; from_us += 777_777) {
    for (const span_us of [1, 100_000, 2_000_000]) {
      const to_us = from_us + span_us;
      const expected = kept(log, "sse").filter(
        ({ left_us, arrived_us }) => left_us < to_us && arrived_us > from_us,
      );
      assert.deepEqual(logs.between(log, "sse", from_us, to_us), expected);
    }
  }
  const edge = add(EMPTY_LOG, { sent_us: T0, wire: [asked("sse", 1, T0, T0 + 100)] });
  assert.equal(logs.between(edge, "sse", T0 + 99, T0 + 200).length, 1);
  assert.equal(logs.between(edge, "sse", T0 + 100, T0 + 200).length, 0);
  assert.equal(logs.between(edge, "sse", T0 - 100, T0).length, 0);
});

test("an update is planned once, whichever wires it came on", () => {
  const at_us = T0 + 5;
  const log = filled([
    { sent_us: T0 + 10, wire: [framed(1, T0 + 6, T0 + 7, 3, at_us), framed(2, T0, T0 + 8, 3, at_us)] },
    { sent_us: T0 + 20, wire: [framed(3, T0 + 6, T0 + 9, 3, at_us), framed(3, T0, T0 + 9, 2, T0 + 1)] },
    { sent_us: T0 + 30, wire: [framed(3, T0 + 26, T0 + 29, 4, at_us)] },
  ]);
  assert.deepEqual(
    list(log.planned).map(({ seq }) => seq),
    [2, 3, 4],
  );
});

test("a log knows which passages were left out, and the newest instant", () => {
  const log = filled([{ sent_us: T0, missed: 3 }, { sent_us: T0 + 9, missed: 4 }]);
  assert.equal(log.missed, 7);
  assert.equal(log.sent_us, T0 + 9);
  assert.equal(log.from_us, T0);
});

test("a log knows when a plug was out", () => {
  const out = lab({ sse: { plugged: false } });
  const log = filled([
    { sent_us: T0, lab: lab() },
    { sent_us: T0 + 100, lab: out },
    { sent_us: T0 + 150, lab: { ...out, interval_us: 5 } },
    { sent_us: T0 + 200, lab: lab() },
    { sent_us: T0 + 300, lab: out },
  ]);
  const spans = (...span) => logs.unplugged(log, ...span).map(({ from_us, to_us }) => [from_us - T0, to_us - T0]);
  assert.deepEqual(spans("sse", T0, T0 + 400), [[100, 200], [300, 400]]);
  assert.deepEqual(spans("sse", T0 + 120, T0 + 130), [[120, 130]]);
  assert.deepEqual(spans("sse", T0 + 200, T0 + 300), []);
  assert.deepEqual(spans("websocket", T0, T0 + 400), []);
});

test("the state of an instant is the newest before it", () => {
  const told = [{ sent_us: T0, lab: lab() }, { sent_us: T0 + 100, lab: lab({ sse: { rtt_us: 7 } }) }];
  const log = filled(told);
  assert.equal(logs.labAt(log, T0 + 99).panels[6].rtt_us, 0);
  assert.equal(logs.labAt(log, T0 + 101).panels[6].rtt_us, 7);
  assert.equal(logs.labAt(EMPTY_LOG, T0), undefined);
});

test("the state that still holds is kept, however old", () => {
  const told = [{ sent_us: T0, lab: lab() }, { sent_us: T0 + 1, lab: lab({ sse: { rtt_us: 7 } }) }];
  const log = filled([...told, { sent_us: T0 + 10 * KEPT_US, missed: 0 }]);
  assert.equal(log.labs.length, 1);
  assert.equal(log.labs[0].lab.panels[6].rtt_us, 7);
});

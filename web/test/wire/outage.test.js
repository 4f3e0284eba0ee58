// Does the page tell who was back when, after the plug was out?

import assert from "node:assert/strict";
import test from "node:test";

import { add, EMPTY_LOG } from "../../model/wire/log.js";
import { outage } from "../../model/wire/outage.js";

const lab = (plugged) => ({ panels: [{ transport: "sse", plugged, rtt_us: 0, proxy: null }] });
const came = (seq, client_us, connection = 1) => ({
  transport: "sse",
  connection,
  direction: "down",
  client_us,
  server_us: client_us - 10,
  parts: [{ class: "payload", length: 1, bytes: "eA==" }],
  updates: [{ seq, at_us: client_us - 20 }],
});

function logged(before, after) {
  const messages = [
    { sent_us: 1_000, lab: lab(true) },
    { sent_us: 2_000, wire: before },
    { sent_us: 3_000, lab: lab(false) },
    { sent_us: 8_000, lab: lab(true) },
    { sent_us: 20_000, wire: after },
  ];
  return messages.reduce(add, EMPTY_LOG);
}

const result = (...after) => outage(logged([came(1, 1_500), came(2, 1_900)], after), "sse", 20_000);

test("what was due meanwhile comes after the plug is in again, and nothing is lost", () => {
  assert.deepEqual(result(came(3, 9_500), came(4, 9_600)), { back_us: 1_500, repeated: 0, lost: 0 });
});

test("an update that never comes is lost once a later one is there, one that comes twice is repeated", () => {
  assert.deepEqual(result(came(2, 9_000), came(4, 9_100)), { back_us: 1_000, repeated: 1, lost: 1 });
});

test("the outcome ends when a proxy comes between", () => {
  const log = logged([came(1, 1_500)], [came(2, 9_000)]);
  const { panels } = lab(true);
  const next = add(log, { sent_us: 21_000, lab: { panels: panels.map((panel) => ({ ...panel, proxy: "buffers" })) } });
  assert.equal(outage(next, "sse", 20_500).back_us, 1_000);
  assert.equal(outage(next, "sse", 22_000), undefined);
});

test("before the next update nobody is back", () => {
  assert.equal(result().back_us, undefined);
});

test("a plug that is still out, or never was, is no outage yet", () => {
  const log = logged([came(1, 1_500)], [came(2, 9_000)]);
  assert.equal(outage(log, "sse", 2_500), undefined);
  assert.equal(outage(log, "sse", 7_000), undefined);
  assert.equal(outage(EMPTY_LOG, "sse", 7_000), undefined);
});

test("whoever looks at an earlier instant sees what was known then", () => {
  const log = logged([came(1, 1_500)], [came(2, 9_000)]);
  assert.equal(outage(log, "sse", 8_500).back_us, undefined);
  assert.equal(outage(log, "sse", 9_500).back_us, 1_000);
});

test("of several clients in one row it is result when the first was back, not who lost what", () => {
  const before = [came(1, 1_500), came(1, 1_501, 2)];
  const log = logged(before, [came(2, 9_000), came(2, 9_001, 2)]);
  assert.deepEqual(outage(log, "sse", 20_000), { back_us: 1_000 });
});

// A client that follows the feed carries its cursor; a page that has just been loaded has none.
const asked = (target, left_us, more = "") => {
  const head = `GET ${target} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
  return {
    transport: "sse",
    connection: 9,
    direction: "up",
    client_us: left_us,
    server_us: left_us + 10,
    parts: [{ class: "setup", length: head.length, bytes: btoa(head) }],
    updates: [],
  };
};

test("a page that is loaded again after the plug was in has lost nothing", () => {
  const back = [asked("/sse?after=2.iy6m", 8_100), came(3, 9_500), came(4, 9_600)];
  const expected = { back_us: 1_500, repeated: 0, lost: 0 };
  assert.deepEqual(result(...back, asked("/sse", 12_000), came(30, 12_100), came(31, 13_000)), expected);
  // The browser resumes a stream at the address with which it began.
  const resumed = asked("/sse", 8_100, "Last-Event-ID: 2.iy6m\r\n");
  assert.deepEqual(result(resumed, came(3, 9_500), came(4, 9_600)), expected);
});

test("a page that is loaded again before an update came tells nothing of the one before it", () => {
  assert.equal(result(asked("/sse", 9_000), came(30, 9_500)), undefined);
});

const served = (served_by, ...running) => ({
  cluster: { servers: running.map((running, nth) => ({ name: `server-${nth + 1}`, running })) },
  panels: [{ transport: "sse", plugged: true, rtt_us: 0, proxy: null, served_by }],
});

// Server 1 stops at 3,000.
function moved(after, ...then) {
  const messages = [
    { sent_us: 1_000, lab: served("server-1", true, true) },
    { sent_us: 2_000, wire: [came(1, 1_500), came(2, 1_900)] },
    { sent_us: 3_000, lab: served("server-1", false, true) },
    { sent_us: 4_000, lab: served("server-2", false, true) },
    { sent_us: 20_000, wire: after },
    ...then,
  ];
  return messages.reduce(add, EMPTY_LOG);
}

test("a transport whose server is stopped is back with the first update that another server sends", () => {
  const underWay = { ...came(3, 3_050), server_us: 2_950 };
  const result = outage(moved([underWay, came(4, 5_000, 2), came(5, 6_000, 2)]), "sse", 20_000);
  assert.deepEqual(result, { server: "server-1", back_us: 2_000, repeated: 0, lost: 0 });
  assert.deepEqual(outage(moved([underWay]), "sse", 20_000), { server: "server-1", back_us: undefined });
});

test("the end or the start of a server that a transport does not use is no outage of it", () => {
  const other = [
    { sent_us: 1_000, lab: served("server-1", true, true) },
    { sent_us: 2_000, wire: [came(1, 1_500)] },
    { sent_us: 3_000, lab: served("server-1", true, false) },
    { sent_us: 4_000, lab: served("server-1", true, true) },
  ];
  assert.equal(outage(other.reduce(add, EMPTY_LOG), "sse", 20_000), undefined);
});

test("the newest fault counts: the end of a server, or the plug", () => {
  const plug = (plugged) => {
    const lab = served("server-2", false, true);
    return { ...lab, panels: lab.panels.map((panel) => ({ ...panel, plugged })) };
  };
  const log = moved([came(3, 5_000, 2)], { sent_us: 21_000, lab: plug(false) }, { sent_us: 22_000, lab: plug(true) });
  assert.equal(outage(log, "sse", 20_500).server, "server-1");
  assert.equal(outage(log, "sse", 23_000).server, undefined);
});

// Does the page tell who was back when, after the plug was out?

import assert from "node:assert/strict";
import test from "node:test";

import { add, EMPTY } from "../model/log.js";
import { lastOutage, outage } from "../model/outage.js";

const lab = (plugged) => ({ panels: [{ transport: "sse", plugged, rtt_us: 0, proxy: null }] });
const came = (seq, client_us) => ({
  transport: "sse",
  connection: 1,
  direction: "down",
  client_us,
  server_us: client_us - 10,
  parts: [{ class: "payload", length: 1, bytes: "eA==" }],
  updates: [{ seq, at_us: client_us - 20 }],
});

function told(...after) {
  const messages = [
    { sent_us: 1_000, lab: lab(true) },
    { sent_us: 2_000, wire: [came(1, 1_500), came(2, 1_900)] },
    { sent_us: 3_000, lab: lab(false) },
    { sent_us: 8_000, lab: lab(true) },
    { sent_us: 20_000, wire: after },
  ];
  const log = messages.reduce(add, EMPTY);
  const span = lastOutage(log, "sse");
  assert.deepEqual(span, { from_us: 3_000, to_us: 8_000 });
  return outage(log, "sse", span);
}

test("what was due meanwhile comes after the plug is in again, and nothing is lost", () => {
  assert.deepEqual(told(came(3, 9_500), came(4, 9_600)), { back_us: 1_500, repeated: 0, lost: 0 });
});

test("an update that never comes is lost once a later one is there, one that comes twice is repeated", () => {
  assert.deepEqual(told(came(2, 9_000), came(4, 9_100)), { back_us: 1_000, repeated: 1, lost: 1 });
});

test("before the next update nobody is back", () => {
  assert.equal(told().back_us, undefined);
});

test("a plug that is still out, or never was, is no outage yet", () => {
  const out = [{ sent_us: 1, lab: lab(true) }, { sent_us: 2, lab: lab(false) }].reduce(add, EMPTY);
  assert.equal(lastOutage(out, "sse"), undefined);
  assert.equal(lastOutage(EMPTY, "sse"), undefined);
});

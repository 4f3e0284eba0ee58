// What may somebody in the audience do, and how patiently does their phone ask?

import assert from "node:assert/strict";
import test from "node:test";

import { canJoin, chosen, mayPublish, pause_ms } from "../../model/shared/audience.js";
import { TRANSPORTS } from "../../model/shared/transports.js";

test("the address names what was chosen, or nothing", () => {
  for (const transport of TRANSPORTS) assert.equal(chosen(`#${transport.name}`), transport);
  for (const hash of ["", "#", "#carrier-pigeon", "sse"]) assert.equal(chosen(hash), undefined);
});

test("the presenter and who is let may publish, and without a lab everybody", () => {
  const lab = (presenter, may_publish) => ({ presenter, audience: { may_publish } });
  assert.equal(mayPublish(undefined), true);
  assert.equal(mayPublish(lab(true, false)), true);
  assert.equal(mayPublish(lab(false, true)), true);
  assert.equal(mayPublish(lab(false, false)), false);
});

test("phones can join at an address that is not this computer's alone", () => {
  const at = (host) => canJoin({ join_url: `http://${host}/join.html` });
  for (const host of ["192.168.0.7:8080", "[fd00::1]:8080", "feed.test"]) assert.ok(at(host), host);
  for (const host of ["127.0.0.1:8080", "127.1.2.3", "[::1]:8080", "localhost:8080"]) assert.ok(!at(host), host);
  for (const lab of [undefined, {}, { join_url: "" }]) assert.equal(canJoin(lab), false);
});

test("the pauses grow up to a bound, and differ from phone to phone", () => {
  assert.deepEqual([0, 1, 2, 9].map((tries) => pause_ms(tries, 1)), [2000, 4000, 8000, 30_000]);
  assert.equal(pause_ms(9, 0), 15_000);
});

// After which silence of the server does the talk play its recording?

import assert from "node:assert/strict";
import test from "node:test";

import { isSilent, timeout_ms } from "../../model/talk/silence.js";

test("the timeout is three seconds, or what the address sets", () => {
  assert.equal(timeout_ms(null), 3000);
  assert.equal(timeout_ms("60"), 60_000);
  assert.equal(timeout_ms("0.5"), 500);
});

test("an invalid timeout is the default", () => {
  for (const invalid of ["", "0", "-1", "soon", "5s", "Infinity", "NaN"]) {
    assert.equal(timeout_ms(invalid), 3000, invalid);
  }
});

test("a server is silent after the timeout", () => {
  assert.equal(isSilent(3000, 3000, false), false);
  assert.equal(isSilent(3001, 3000, false), true);
  assert.equal(isSilent(59_000, 60_000, false), false);
  assert.equal(isSilent(61_000, 60_000, false), true);
});

test("after a lost connection a longer timeout does not apply, but a shorter one does", () => {
  assert.equal(isSilent(2000, 60_000, true), false);
  assert.equal(isSilent(3001, 60_000, true), true);
  assert.equal(isSilent(600, 500, true), true);
});

test("a server that never answered is silent at once", () => {
  assert.equal(isSilent(Infinity, 60_000, true), true);
  assert.equal(isSilent(Infinity, 60_000, false), true);
});

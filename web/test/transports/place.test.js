// Does a client compute the cursor that the server expects?

import assert from "node:assert/strict";
import test from "node:test";

import { follow, query, seqOf } from "../../transports/parts/place.js";

test("the cursor after an update is its seq and a check of its time", () => {
  for (const [at_us, check] of [
    [1763890000123456, "iy6m"],
    [1763890001123456, "hwpd"],
    [1048573, "0000"],
  ]) {
    assert.equal(follow(undefined, { seq: 42, at_us }), `42.${check}`);
  }
  assert.equal(seqOf("42.iy6m"), 42);
});

test("a notice moves the cursor, which then has no check", () => {
  assert.equal(follow("42.iy6m", { missed: 5 }), 47);
  assert.equal(follow(0, { missed: 5 }), 5);
  assert.equal(follow("42.iy6m", { started_over: true, missed: 5 }), 5);
});

test("a request carries the cursor, if there is one", () => {
  assert.equal(query("42.iy6m"), "?after=42.iy6m");
  assert.equal(query(0), "?after=0");
  assert.equal(query(undefined), "");
  assert.equal(query("42.iy6m", ["input=1"]), "?after=42.iy6m&input=1");
  assert.equal(query(undefined, ["input=1"]), "?input=1");
});

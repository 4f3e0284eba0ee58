// Is the lab asked once for each change, and again where it failed?

import assert from "node:assert/strict";
import test from "node:test";

import { asker } from "../../view/talk/asker.js";

const settled = () => new Promise((done) => setImmediate(done));

test("a change is asked for once, until another is", () => {
  const asked = [];
  const ask = asker(async (change) => asked.push(change));
  for (const key of ["a", "a", "b", "a"]) ask(key, `to ${key}`);
  assert.deepEqual(asked, ["to a", "to b", "to a"]);
});

test("a change that failed is asked for again after a pause", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let works = false;
  const asked = [];
  const ask = asker(async (change) => {
    asked.push(change);
    if (!works) throw new Error();
  });
  ask("a", 1);
  await settled();
  ask("a", 1);
  assert.equal(asked.length, 1, "not at once");
  works = true;
  context.mock.timers.tick(1000);
  ask("a", 1);
  await settled();
  context.mock.timers.tick(1000);
  ask("a", 1);
  assert.equal(asked.length, 2);
});

test("a failure does not repeat a change that another has replaced", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const asked = [];
  const ask = asker(async (change) => {
    asked.push(change);
    if (change === 1) throw new Error();
  });
  ask("a", 1);
  ask("b", 2);
  await settled();
  context.mock.timers.tick(1000);
  ask("b", 2);
  assert.deepEqual(asked, [1, 2]);
});

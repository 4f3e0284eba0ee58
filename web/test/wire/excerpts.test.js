// Is each excerpt a true and short part of its client, with a line for each step?

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { excerpt, linesOf, MOST_LINES, stepsOf } from "../../model/wire/excerpts.js";
import { STEPS } from "../../model/wire/running-line.js";
import { PAIR } from "../../model/lab/scenes.js";
import { clientSource } from "../../model/shared/transports.js";

const web = new URL("../../", import.meta.url);
const source = (name) => readFileSync(new URL(clientSource(name).slice(1), web), "utf8");

for (const name of PAIR) {
  test(`${name}: at most ten lines, all of them from its file and in its order`, () => {
    const lines = excerpt(source(name), name);
    assert.ok(lines.length <= MOST_LINES, `${lines.length} lines`);
    const named = lines.filter(({ text }) => !/^ *\}[);]*$/.test(text));
    assert.equal(named.length, linesOf(name), "a line is missing in the file");
    const all = source(name).split("\n").map((line) => line.trim());
    let place = -1;
    for (const { text } of lines) {
      place = all.indexOf(text.trim(), place + 1);
      assert.ok(place >= 0, `${text} is not in the file, or not there`);
    }
    const braces = lines.map(({ text }) => text).join("").replace(/`[^`]*`/g, "");
    assert.equal(braces.split("{").length, braces.split("}").length, "a block is not closed");
  });

  test(`${name}: one line for each step`, () => {
    const steps = stepsOf(name);
    assert.deepEqual(steps.filter((step) => !STEPS.includes(step)), []);
    assert.equal(new Set(steps).size, steps.length);
    for (const step of ["ask", "wait", "receive", "update", "cut"]) assert.ok(steps.includes(step), step);
  });
}

test("a line is indented by the blocks of the excerpt", () => {
  const lines = excerpt(source("long-polling"), "long-polling").map(({ text }) => text);
  assert.match(lines[0], /^async function ask/);
  assert.deepEqual(lines.slice(0, 8).map((line) => line.match(/^ */)[0].length), [0, 2, 2, 2, 4, 4, 2, 0]);
});

test("a function that an excerpt calls is in it", () => {
  for (const [name, called] of [["long-polling", "ask"], ["websocket", "open"]]) {
    const text = excerpt(source(name), name).map(({ text }) => text).join("\n");
    assert.match(text, new RegExp(`^(async )?function ${called}\\(`, "m"), name);
  }
});

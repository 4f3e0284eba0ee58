import assert from "node:assert/strict";
import test from "node:test";

import { countAll, ZERO_COUNTERS } from "../../model/wire/counters.js";
import { act, answer, go, heard, isRevealed, meaning, opening, press, slide, told, waits } from "../../model/talk/state.js";
import { passages } from "../../model/wire/passage.js";
import { T0, answered, asked } from "../fixtures.js";

const SLIDES = [
  { id: "title" },
  { id: "polling", question: { options: 3, answer: { of: "overheadPerUpdate", transport: "polling" } } },
  { id: "end" },
];
const START = opening(SLIDES, "en");
const pressed = (...keys) => keys.reduce(press, START);

test("each key of a remote control goes on, and back, and stops at both ends", () => {
  for (const key of ["ArrowRight", "PageDown", " "]) assert.equal(pressed(key).at, 1, key);
  for (const key of ["ArrowLeft", "PageUp"]) assert.equal(pressed("ArrowRight", key).at, 0, key);
  assert.equal(pressed("ArrowLeft").at, 0);
  assert.equal(pressed("End").at, 2);
  assert.equal(pressed("End", "ArrowRight").at, 2);
  assert.equal(pressed("End", "Home").at, 0);
});

test("a question is answered before the talk goes on, once", () => {
  const asked = pressed(" ");
  assert.ok(waits(asked));
  const answered = press(asked, " ");
  assert.deepEqual([answered.at, isRevealed(answered, SLIDES[1])], [1, true]);
  assert.equal(press(answered, " ").at, 2);
  const again = ["ArrowRight", "ArrowLeft", "ArrowRight"].reduce(press, answered);
  assert.equal(again.at, 2, "who comes back does not have to ask again");
  assert.deepEqual(act(START, "reveal"), START);
});

test("letters are keys in either case, until they are switched off", () => {
  assert.equal(pressed("l").lang, "ko");
  assert.equal(pressed("L", "l").lang, "en");
  assert.ok(pressed("b").dark);
  const effects = ["f", "P", "?"].map((key) => meaning(START, key));
  assert.deepEqual(effects, ["full", "presenter", "help"]);
  assert.equal(press(START, "f"), START);
  const without = act(START, "letters");
  for (const key of ["l", "b", "f", "p", "?"]) assert.equal(meaning(without, key), undefined, key);
  assert.equal(press(without, " ").at, 1, "other keys go on working");
});

test("a dark screen comes back where it was, by the key that goes on", () => {
  const dark = pressed("b");
  assert.deepEqual([press(dark, " ").dark, press(dark, " ").at], [false, 0]);
  assert.equal(press(dark, "End").dark, false);
});

test("a chart fills the screen before the talk goes on, and the way back makes it small", () => {
  const slides = [{ id: "chart", piece: { kind: "chart" } }, { id: "end" }];
  const [small, large] = [opening(slides, "en"), press(opening(slides, "en"), " ")];
  assert.deepEqual([large.at, large.large], [0, true]);
  assert.deepEqual([press(large, " ").at, press(large, " ").large], [1, false]);
  assert.deepEqual(press(large, "ArrowLeft"), small);
  assert.deepEqual(act(large, "large"), small);
  assert.deepEqual(press(large, "Home"), small);
  assert.equal(act(START, "large"), START, "what has no chart");
  const asking = opening([{ ...slides[0], question: {} }], "en");
  const answered = press(act(asking, "large"), " ");
  assert.deepEqual([answered.large, answered.revealed], [false, ["chart"]], "an answer is never hidden");
});

test("an address leads to its slide; one that names none changes nothing", () => {
  assert.equal(slide(go(START, "#end")).id, "end");
  const end = pressed("End");
  assert.equal(go(end, "#nowhere"), end);
  assert.equal(go(end, ""), end);
});

test("another window comes to the same state", () => {
  const state = pressed(" ", " ", "l", "b");
  const other = heard(opening(SLIDES, "en"), structuredClone(told(state)));
  assert.deepEqual(other, state);
  assert.equal(told(state).slides, undefined);
});

test("what answers a question is read from the counters", () => {
  const wire = [
    asked("polling", 1, T0, T0 + 100),
    answered("polling", 1, T0 + 100, T0 + 200, 1, T0),
    asked("polling", 1, T0 + 1000, T0 + 1100),
    asked("polling", 1, T0 + 2000, T0 + 2100),
    answered("polling", 1, T0 + 2100, T0 + 42_200, 2, T0 + 200),
  ];
  const all = passages({ sent_us: T0, wire }, 1);
  const counters = { polling: countAll(ZERO_COUNTERS, all) };
  const of = (name) => answer({ question: { answer: { of: name, transport: "polling" } } }, counters);
  // From the first update's arrival to the second's.
  const around = all.slice(2).reduce((sum, { length }) => sum + length, 0) - '{"seq":1}'.length;
  assert.deepEqual(of("overheadPerUpdate"), { value: around, unit: "B" });
  assert.deepEqual(of("latency"), { value: 42, unit: "ms" });
  assert.deepEqual(of("updatesPerRequest"), { value: 2 / 3, unit: "" });
});

test("a figure of the record is given as it stands; without a number there is no answer yet", () => {
  const record = { question: { answer: { of: "record", value: 8.6, unit: ":1" } } };
  assert.deepEqual(answer(record, {}), { value: 8.6, unit: ":1" });
  assert.equal(answer(SLIDES[1], { polling: ZERO_COUNTERS }), undefined);
  assert.equal(answer(SLIDES[1], {}), undefined);
  assert.equal(answer(SLIDES[0], {}), undefined);
});

import assert from "node:assert/strict";
import test from "node:test";

import { countAll, ZERO_COUNTERS } from "../../model/wire/counters.js";
import {
  act,
  answer,
  counting,
  go,
  goNumber,
  heard,
  hides,
  inGrid,
  isRevealed,
  meaning,
  opening,
  press,
  shown,
  slide,
  told,
  waits,
  withPhones,
} from "../../model/talk/state.js";
import { EMPTY_QUEUE, push } from "../../model/wire/queue.js";
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
  const effects = ["f", "P", "o", "G", "?"].map((key) => meaning(START, key));
  assert.deepEqual(effects, ["full", "presenter", "overview", "goto", "help"]);
  assert.equal(press(START, "f"), START);
  const without = act(START, "letters");
  for (const key of ["l", "b", "f", "p", "o", "g", "?"]) assert.equal(meaning(without, key), undefined, key);
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

test("what gives an answer away is hidden until it is revealed", () => {
  const covers = { points: [1], kinds: ["bytes"] };
  const slides = [{ id: "a", question: { hides: covers } }, { id: "b", question: {} }, { id: "c" }];
  const waiting = opening(slides, "en");
  assert.deepEqual(hides(waiting), { points: [1], sources: [], kinds: ["bytes"] });
  const none = { points: [], sources: [], kinds: [] };
  assert.deepEqual(hides(press(waiting, " ")), none);
  for (const hash of ["#b", "#c"]) assert.deepEqual(hides(go(waiting, hash)), none, hash);
});

test("a slide that needs phones is skipped and not counted where none can join", () => {
  const slides = [{ id: "title" }, { id: "join", needs: "phones" }, { id: "polling" }];
  const alone = opening(slides, "en");
  assert.deepEqual(shown(alone), [0, 2]);
  assert.equal(press(alone, " ").at, 2);
  assert.equal(press(press(alone, " "), "ArrowLeft").at, 0);
  assert.equal(goNumber(alone, 2).at, 2);
  const lan = withPhones(alone, true);
  assert.equal(press(lan, " ").at, 1);
  assert.equal(goNumber(lan, 2).at, 1);
  assert.deepEqual(shown(lan), [0, 1, 2]);
  assert.equal(withPhones(alone, false), alone);
  // An address leads there all the same, and the keys lead away.
  const there = go(alone, "#join");
  assert.deepEqual([there.at, shown(there)], [1, [0, 1, 2]]);
  assert.deepEqual([press(there, " ").at, press(there, "ArrowLeft").at], [2, 0]);
});

test("a number leads to its slide, and another number nowhere", () => {
  assert.equal(goNumber(START, 3).at, 2);
  for (const number of [0, 4, -1, 1.5, NaN]) assert.equal(goNumber(START, number), START, number);
});

test("arrow keys go through the grid of the overview and stay inside", () => {
  const to = (place, key) => inGrid(place, key, 4, 10);
  assert.deepEqual([to(1, "ArrowRight"), to(1, "ArrowLeft"), to(1, "ArrowDown"), to(5, "ArrowUp")], [2, 0, 5, 1]);
  assert.deepEqual([to(0, "ArrowLeft"), to(9, "ArrowRight"), to(7, "ArrowDown"), to(2, "ArrowUp")], [0, 9, 7, 2]);
  assert.deepEqual([to(5, "Home"), to(5, "End"), to(5, "x")], [0, 9, 5]);
});

test("an answer counts up to itself", () => {
  const live = { value: 958.6, unit: "B" };
  assert.deepEqual([0, 0.5].map((share) => counting(live, share).value), [0, 479]);
  assert.deepEqual(counting(live, 1), live);
  const recorded = { value: "8.57", unit: "times" };
  assert.deepEqual([0, 0.5].map((share) => counting(recorded, share).value), ["0.00", "4.29"]);
  assert.deepEqual(counting(recorded, 1), recorded);
  assert.equal(counting({ value: "7", unit: "" }, 0.5).value, "4");
});

test("another window comes to the same state", () => {
  const state = withPhones(pressed(" ", " ", "l", "b"), true);
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
  assert.deepEqual(of("updatesPerRequest"), { value: 1, unit: "" });
});

test("a latency is the median of the newest 20 updates, as in the row", () => {
  const of = (ms) => {
    const polling = { latencies: push(EMPTY_QUEUE, ms.map((one) => 1000 * one)) };
    return answer({ question: { answer: { of: "latency", transport: "polling" } } }, { polling });
  };
  assert.deepEqual(of([101, 900, 102]), { value: 102, unit: "ms" });
  assert.deepEqual(of([...Array(20).fill(900), ...Array(11).fill(101), ...Array(9).fill(900)]), { value: 101, unit: "ms" });
  assert.equal(of([]), undefined);
});

test("a figure of the record is given as it stands; without a number there is no answer yet", () => {
  const record = { question: { answer: { of: "record", value: 8.6, unit: ":1" } } };
  assert.deepEqual(answer(record, {}), { value: 8.6, unit: ":1" });
  assert.equal(answer(SLIDES[1], { polling: ZERO_COUNTERS }), undefined);
  assert.equal(answer(SLIDES[1], {}), undefined);
  assert.equal(answer(SLIDES[0], {}), undefined);
});

// Does each question say which option is correct, and does what it hides exist?

import assert from "node:assert/strict";
import test from "node:test";

import { SLIDES } from "../../slides/index.js";
import en from "../../words/slides/en.js";

const asking = SLIDES.filter(({ question }) => question);

test("each question has a correct option", () => {
  for (const { id, question } of asking) {
    assert.ok(Number.isInteger(question.correct) && question.correct < question.options, id);
  }
});

// What each kind of piece can hide.
const NUMBERS = ["bytes", "latency", "requests"];
const KINDS = {
  rows: NUMBERS,
  panel: NUMBERS,
  proxy: [...NUMBERS, "proxy"],
  handshake: ["bytes"],
  overhead: ["tcp_ip"],
  chart: ["chart"],
};

test("what a question hides exists on its slide", () => {
  for (const { id, piece, sources, question } of asking) {
    const { points = [], sources: covered = [], kinds = [], ...rest } = question.hides ?? {};
    assert.deepEqual(rest, {}, id);
    for (const nth of points) assert.ok(en[id].points[nth], `${id}: no point ${nth}`);
    for (const key of covered) assert.ok(sources.includes(key), `${id}: no source ${key}`);
    for (const kind of kinds) assert.ok(KINDS[piece.kind].includes(kind), `${id}: no kind ${kind}`);
  }
});

// Which scene does an address name, and what does a scene ask of the lab?

import assert from "node:assert/strict";
import test from "node:test";

import { arrangement, beside, sceneOf, sceneOfKey, SCENES, wayOf } from "../../model/lab/scenes.js";
import en from "../../words/en.js";

const [bytes, time] = SCENES;
const free = SCENES.at(-1);
const feed = { running: false, rate_per_s: 3, payload_bytes: 500 };

test("an address names a scene, and the first without a valid name", () => {
  for (const scene of SCENES) assert.equal(sceneOf(new URLSearchParams({ scene: scene.id })), scene);
  for (const query of ["", "scene=", "scene=elsewhere", "lang=ko"]) {
    assert.equal(sceneOf(new URLSearchParams(query)), bytes);
  }
});

test("the scenes follow each other, and end", () => {
  assert.equal(beside(bytes, 1), time);
  assert.equal(beside(time, -1), bytes);
  assert.equal(beside(bytes, -1), undefined);
  assert.equal(beside(free, 1), undefined);
});

test("a scene sets distance and feed, and undoes what was wrong", () => {
  assert.deepEqual(arrangement(time, bytes, { feed }), {
    rtt_us: 1_000_000,
    bandwidth_bit_per_s: null,
    proxy: null,
    rate_per_s: 10,
    payload_bytes: 100,
    running: true,
  });
  const { rate_per_s, ...rest } = arrangement(time, undefined, { feed: null });
  assert.equal(rate_per_s, undefined, "without a ticker there is no rate");
  assert.deepEqual(rest, { rtt_us: 1_000_000, bandwidth_bit_per_s: null, proxy: null });
});

test("the last scene keeps the lab as it is, but for a proxy of the scene before", () => {
  assert.equal(arrangement(free, undefined, { feed }), undefined);
  assert.deepEqual(arrangement(free, time, { feed }), { proxy: null });
});

const ends = { up: false, down: false };

test("arrows and page keys change the scene, and page keys scroll first", () => {
  assert.deepEqual(["ArrowRight", "PageDown", "ArrowLeft", "PageUp"].map((key) => wayOf(key, ends)), [1, 1, -1, -1]);
  const middle = { up: true, down: true };
  assert.deepEqual(["ArrowRight", "PageDown", "ArrowLeft", "PageUp"].map((key) => wayOf(key, middle)), [1, undefined, -1, undefined]);
  assert.equal(wayOf("PageDown", { up: true, down: false }), 1);
  assert.equal(wayOf("PageUp", { up: false, down: true }), -1);
  for (const key of ["ArrowUp", "Home", " ", "n"]) assert.equal(wayOf(key, ends), undefined);
});

test("a digit chooses a scene", () => {
  assert.deepEqual(["1", "2", "3", "4", "5"].map(sceneOfKey), SCENES);
  for (const key of ["0", "6", " ", "", "F1"]) assert.equal(sceneOfKey(key), undefined, key);
});

test("each scene has a title and a sentence", () => {
  for (const { id } of SCENES) assert.ok(en.scenes[id].title && en.scenes[id].sentence, id);
});

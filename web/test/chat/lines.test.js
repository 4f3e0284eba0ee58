// Does a chat show what people said, once and in order, and fold the rest of the feed?

import assert from "node:assert/strict";
import test from "node:test";

import { changes, chat, EMPTY_CHAT, lineOf, settled } from "../../model/chat/lines.js";

const at_us = 1_763_890_000_000_000;
const price = (seq) => ({ seq, at_us, data: { price: 500.5 } });
const line = (seq, said, from = "sse") => ({ seq, at_us, data: JSON.parse(lineOf(from, `id-${seq}`, said)) });
const shown = (...messages) => messages.reduce(chat, EMPTY_CHAT).entries;

test("a line is shown with its sender, and prices between lines are one entry", () => {
  assert.deepEqual(shown(price(1), price(2), line(3, "hello"), price(4), line(5, "again", "websocket")), [
    { kind: "others", count: 2, newest: { price: 500.5 } },
    { kind: "line", seq: 3, said: "hello", from: "sse", id: "id-3" },
    { kind: "others", count: 1, newest: { price: 500.5 } },
    { kind: "line", seq: 5, said: "again", from: "websocket", id: "id-5" },
  ]);
});

test("whatever is no line counts as something else", () => {
  const odd = [null, 7, "text", [], { said: 7 }, { said: null }];
  assert.deepEqual(shown(...odd.map((data, nth) => ({ seq: nth + 1, at_us, data }))), [
    { kind: "others", count: odd.length, newest: { said: null } },
  ]);
  const [entry] = shown({ seq: 1, at_us, data: { said: "hello", from: 7 } });
  assert.deepEqual([entry.kind, entry.from], ["line", undefined]);
});

test("what comes again is not shown again, and a new feed is", () => {
  const { after, entries } = [line(41, "a"), line(42, "b"), line(42, "b")].reduce(chat, EMPTY_CHAT);
  assert.deepEqual(entries.map(({ said }) => said), ["a", "b"]);
  assert.match(after, /^42\.\w{4}$/);
  const over = [line(42, "b"), { started_over: true, missed: 0 }, line(1, "c")].reduce(chat, EMPTY_CHAT);
  assert.deepEqual(over.entries.map(({ kind, said }) => said ?? kind), ["b", "missed", "c"]);
});

test("a notice says how many are missing, and old entries are dropped", () => {
  assert.deepEqual(shown(line(1, "a"), { missed: 5 }, line(7, "b"))[1], { kind: "missed", count: 5 });
  const many = Array.from({ length: 300 }, (_, nth) => line(nth + 1, String(nth)));
  const entries = shown(...many);
  assert.deepEqual([entries.length, entries.at(-1).said], [200, "299"]);
});

test("a list of lines is only appended to, and bounded", () => {
  let state = EMPTY_CHAT;
  let drawn = [];
  let added = 0;
  for (let seq = 1; seq <= 1_000; seq += 1) {
    state = chat(state, seq % 3 ? price(seq) : line(seq, String(seq)));
    const { list, counting } = settled(state.entries);
    assert.equal(counting !== undefined, seq % 3 > 0, "what still counts is no entry of the list");
    const change = changes(drawn, list);
    added += change.added.length;
    drawn = [...drawn.slice(change.gone), ...change.added];
    assert.deepEqual(drawn, list);
  }
  assert.equal(added, 2 * 333, "each line once, and each count of others before it");
  assert.ok(drawn.length <= 200);
  assert.deepEqual(changes(drawn, []), { gone: drawn.length, added: [] });
});

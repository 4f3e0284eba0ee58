// Are the bytes of one update found on both wires, each byte once and in its row?

import assert from "node:assert/strict";
import test from "node:test";

import { asked, down, part, sealed, T0, up } from "../fixtures.js";
import { comparable, compare, handshakes, newestOf } from "../../model/wire/compare.js";
import { add, EMPTY_LOG } from "../../model/wire/log.js";

const text = (seq) => `{"seq":${seq},"at_us":${T0 + seq * 1_000_000},"data":{"price":1}}`;
const at_us = (seq) => T0 + seq * 1_000_000;
const update = (seq) => ({ seq, at_us: at_us(seq) });
const logged = (...wire) => add(EMPTY_LOG, { sent_us: T0 + 60_000_000, wire });

// A response of a long poll with these updates, which came 10 ms after the newest of them.
const answer = (connection, ...seqs) => {
  const us = at_us(seqs.at(-1));
  const texts = seqs.flatMap((seq, nth) => [part("format", nth ? "," : "["), part("payload", text(seq))]);
  const parts = [part("response_head", "HTTP/1.1 200 OK\r\n\r\n"), ...texts, part("format", "]")];
  return down("long-polling", connection, us, us + 10_000, parts, seqs.map(update));
};
const ask = (connection, seq) => asked("long-polling", connection, at_us(seq) - 500_000, at_us(seq) - 490_000);
const head = (seq) => part("websocket_frame", `\x81${String.fromCharCode(text(seq).length)}`);
const frames = (connection, ...seqs) => {
  const us = at_us(seqs.at(-1));
  const parts = seqs.flatMap((seq) => [head(seq), part("payload", text(seq))]);
  return down("websocket", connection, us, us + 9_000, parts, seqs.map(update));
};

const shown = (items) => items.map(({ text, hex }) => text ?? hex);

test("an update is found in its exchange and in its frame, byte for byte", () => {
  const log = logged(ask(1, 4), answer(1, 4), frames(2, 4), ask(1, 5), answer(1, 5), frames(2, 5));
  const { seq, sides, ...rest } = compare(log, 5);
  assert.deepEqual([seq, rest.at_us], [5, at_us(5)]);
  const { rows, overhead, bytes, passages } = sides["long-polling"];
  assert.deepEqual(shown(rows.request), ["GET /long-polling HTTP/1.1\r\n", "Host: localhost\r\n", "\r\n"]);
  assert.deepEqual(shown(rows.before), ["HTTP/1.1 200 OK\r\n", "\r\n", "["]);
  assert.deepEqual(shown(rows.payload), [text(5)]);
  assert.deepEqual(shown(rows.after), ["]"]);
  assert.equal(bytes, passages.reduce((sum, { length }) => sum + length, 0));
  assert.equal(overhead, bytes - text(5).length);
  const socket = sides.websocket;
  assert.deepEqual([shown(socket.rows.request), shown(socket.rows.after)], [[], []]);
  assert.deepEqual(shown(socket.rows.before), ["81 35"]);
  assert.deepEqual(shown(socket.rows.payload), shown(rows.payload));
  assert.equal(socket.overhead, 2);
});

test("a frame is found among others of its passage, and where it goes over two passages", () => {
  const two = frames(2, 4, 5);
  for (const seq of [4, 5]) {
    const { rows, bytes } = compare(logged(ask(1, seq), answer(1, seq), two), seq).sides.websocket;
    assert.deepEqual(shown(rows.payload), [text(seq)]);
    assert.equal(bytes, 2 + text(seq).length);
  }
  const cut = 40;
  const begin = down("websocket", 2, at_us(5), at_us(5) + 1, [head(5), part("payload", text(5).slice(0, cut))]);
  const end = down("websocket", 2, at_us(5), at_us(5) + 2, [part("payload", text(5).slice(cut))], [update(5)]);
  const { rows, overhead } = compare(logged(ask(1, 5), answer(1, 5), frames(2, 4), begin, end), 5)?.sides.websocket ?? {};
  assert.deepEqual([shown(rows?.payload ?? []).join(""), overhead], [text(5), 2]);
});

test("over TLS the record around the frame is its overhead, too", () => {
  const us = at_us(5);
  const sealedFrame = down("websocket", 2, us, us, sealed(head(5), part("payload", text(5))), [update(5)]);
  const { rows, overhead } = compare(logged(ask(1, 5), answer(1, 5), sealedFrame), 5).sides.websocket;
  assert.deepEqual([rows.before.length, rows.after.length, overhead], [2, 1, 5 + 2 + 17]);
});

test("without one of the two there is nothing to compare", () => {
  assert.equal(compare(logged(ask(1, 5), answer(1, 5)), 5), undefined);
  assert.equal(compare(logged(frames(2, 5)), 5), undefined);
  // Its request has left the log.
  assert.equal(compare(logged(answer(1, 5), frames(2, 5)), 5), undefined);
  assert.equal(compare(EMPTY_LOG, 5), undefined);
});

test("an update with a response of its own is preferred, and only what has arrived counts", () => {
  const log = logged(ask(1, 4), answer(1, 3, 4), frames(2, 3), frames(2, 4), ask(1, 5), answer(1, 5), frames(2, 5));
  assert.deepEqual(comparable(log, at_us(9)), [5]);
  assert.deepEqual(comparable(log, at_us(5)), [3, 4]);
  assert.deepEqual(comparable(log, at_us(1)), []);
  assert.equal(compare(log, 4).sides["long-polling"].updates, 2);
});

test("the handshake that led to the newest connection is known once both of its halves are", () => {
  const asks = up("websocket", 2, T0, T0, [part("setup", "GET /websocket HTTP/1.1\r\n\r\n")]);
  const answers = down("websocket", 2, T0, T0, [part("setup", "HTTP/1.1 101 Switching Protocols\r\n\r\n")]);
  const first = handshakes(undefined, { sent_us: T0, wire: [asks] });
  assert.equal(first.down, undefined);
  const both = handshakes(first, { sent_us: T0, wire: [answers, frames(2, 5)] });
  assert.deepEqual([both.up.direction, both.down.direction], ["up", "down"]);
  assert.equal(handshakes(both, { sent_us: T0, lab: {} }), both);
});

test("the newest update that can be compared is looked for among the last few", () => {
  const log = logged(ask(1, 4), answer(1, 4), frames(2, 4));
  assert.equal(newestOf(log, [3, 4, 5]), 4);
  assert.equal(newestOf(log, [3, 5]), undefined);
  assert.equal(newestOf(log, [4, ...Array.from({ length: 100 }, (_, nth) => 5 + nth)]), undefined);
});

import assert from "node:assert/strict";
import test from "node:test";

import { events, page } from "../../model/talk/events.js";
import { EMPTY_PANEL, panel } from "../../model/panel/state.js";
import { passages } from "../../model/wire/passage.js";
import { T0, asked, down, opened, part } from "../fixtures.js";

const AT_US = T0 + 100_000;
const text = (seq) => `{"seq":${seq},"at_us":${T0 - 9_000_000},"data":{"price":1.5}}`;
const answered = (seqs) =>
  down(
    "polling",
    1,
    T0 + 200_000,
    T0 + 300_000,
    [
      part("response_head", "HTTP/1.1 200 OK\r\n\r\n"),
      part("format", "["),
      ...seqs.map((seq) => part("payload", text(seq))),
      part("format", "]"),
    ],
    seqs.map((seq) => ({ seq, at_us: AT_US })),
  );
const seen = (...told) =>
  passages({ sent_us: T0, wire: told }, 1).flatMap(events).reduce(panel, EMPTY_PANEL);

test("a panel that is told of the wire counts what it would have seen of it", () => {
  const state = seen(asked("polling", 1, T0, T0 + 100), answered([7, 8]));
  assert.deepEqual([state.requests, state.updates, state.gaps], [1, 2, 0]);
  assert.equal(state.bytes, 2 + 2 * text(7).length, "bodies, without heads");
  assert.equal(state.latest[0].data, 1.5);
});

test("latency is that of the instants told, not of the recorded text", () => {
  assert.equal(seen(answered([7])).latest[0].latency_ms, 200);
});

test("a handshake's answer opens, and a text that is cut is no update", () => {
  const [opening] = passages({ sent_us: T0, wire: [opened("websocket", 1, T0, T0 + 100)] }, 1);
  assert.deepEqual(events(opening).map(({ kind }) => kind), ["open"]);
  const cut = down("sse", 1, T0, T0 + 100, [part("payload", text(7).slice(0, 20))]);
  assert.equal(seen(cut).updates, 0);
});

test("a page is the text of its body, and a request brings none", () => {
  const [up, came] = passages({ sent_us: T0, wire: [asked("polling", 1, T0, T0 + 100), answered([7])] }, 1);
  assert.equal(page(came), `[${text(7)}]`);
  assert.equal(page(up), undefined);
});

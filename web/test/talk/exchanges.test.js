// What does an exchange that carried an update cost?

import assert from "node:assert/strict";
import test from "node:test";

import { overheadPerExchange, withExchanges } from "../../model/talk/exchanges.js";
import { add, EMPTY_LOG } from "../../model/wire/log.js";
import { followers } from "../../model/wire/counters.js";
import { passages } from "../../model/wire/passage.js";
import { T0, answered, asked, down, part } from "../fixtures.js";

const HEAD = "HTTP/1.1 200 OK\r\n\r\n";
const exchange = (connection, at_us, seq) => [
  asked("page-refresh", connection, at_us, at_us + 100),
  answered("page-refresh", connection, at_us + 100, at_us + 200, seq, at_us),
];
const empty = (connection, at_us) => [
  asked("page-refresh", connection, at_us, at_us + 100),
  down("page-refresh", connection, at_us + 100, at_us + 200, [part("response_head", HEAD)]),
];
const ONE = asked("page-refresh", 1, 0, 0).parts[0].length + HEAD.length;
const overhead = (...wire) => overheadPerExchange(passages({ wire: wire.flat() }, 0));

test("a response without an update does not count", () => {
  assert.equal(overhead(exchange(1, T0, 1)), ONE);
  assert.equal(overhead(exchange(1, T0, 1), empty(1, T0 + 1000), exchange(2, T0 + 2000, 2)), ONE);
  assert.equal(overhead(empty(1, T0)), undefined);
});

test("two updates in one response share one exchange", () => {
  const [request, response] = exchange(1, T0, 1);
  const both = { ...response, updates: [...response.updates, { seq: 2, at_us: T0 }] };
  assert.equal(overhead(request, both), ONE);
});

test("a response without its request does not count", () => {
  const [, response] = exchange(1, T0, 1);
  assert.equal(overhead(response), undefined);
  assert.equal(overhead(response, exchange(1, T0 + 1000, 2)), ONE);
});

test("counters have it from what has arrived", () => {
  const wire = [...exchange(1, T0, 1), ...exchange(1, T0 + 1000, 2)];
  const log = add(EMPTY_LOG, { sent_us: T0 + 2000, wire });
  const at = (at_us) => withExchanges(followers()(log, at_us), log, at_us)["page-refresh"].overheadPerExchange;
  assert.equal(at(T0 + 150), undefined);
  assert.equal(at(T0 + 2000), ONE);
});

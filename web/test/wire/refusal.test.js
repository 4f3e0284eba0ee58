// Does the page tell whom the server refuses?

import assert from "node:assert/strict";
import test from "node:test";

import { add, EMPTY_LOG } from "../../model/wire/log.js";
import { refusal } from "../../model/wire/refusal.js";
import { T0, asked, down, framed, handshaken, opened, part, sealed, up } from "../fixtures.js";

const refused = (connection, at_us) =>
  down("websocket", connection, at_us, at_us + 100, [
    part("response_head", "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n"),
    part("format", "{}"),
  ]);

const log = [
  opened("websocket", 1, T0, T0 + 100),
  framed(1, T0 + 1_000, T0 + 1_100, 1, T0 + 1_000),
  asked("websocket", 2, T0 + 2_000, T0 + 2_100, "setup"),
  refused(2, T0 + 2_100),
  asked("websocket", 3, T0 + 3_000, T0 + 3_100, "setup"),
  opened("websocket", 3, T0 + 3_100, T0 + 3_200),
].reduce((log, passage) => add(log, { sent_us: T0 + 4_000, wire: [passage] }), EMPTY_LOG);

test("who is refused stays so until the server answers otherwise", () => {
  const told = [0, 1_500, 2_150, 2_200, 3_150, 3_200].map((us) => refusal(log, "websocket", T0 + us));
  assert.deepEqual(told, [undefined, undefined, undefined, "400", "400", undefined]);
});

test("what is published and not taken is no refusal of the stream beside it", () => {
  const posted = up("sse", 2, T0 + 2_000, T0 + 2_100, [part("request_head", "POST /updates HTTP/1.1\r\n\r\n")]);
  const no = down("sse", 2, T0 + 2_100, T0 + 2_200, [part("response_head", "HTTP/1.1 400 Bad Request\r\n\r\n")]);
  const log = [asked("sse", 1, T0, T0 + 100), opened("sse", 1, T0 + 100, T0 + 200), posted, no].reduce(
    (log, passage) => add(log, { sent_us: T0 + 4_000, wire: [passage] }),
    EMPTY_LOG,
  );
  assert.equal(refusal(log, "sse", T0 + 3_000), undefined);
});

test("who has heard nothing is not refused", () => {
  assert.equal(refusal(EMPTY_LOG, "sse", T0), undefined);
});

test("over TLS the answer is what is inside, and a session ticket is none", () => {
  const ask = up("websocket", 1, T0, T0 + 100, sealed(part("setup", "GET /websocket HTTP/1.1\r\n\r\n")));
  const ticket = down("websocket", 1, T0 + 100, T0 + 200, [handshaken()]);
  const no = down("websocket", 1, T0 + 110, T0 + 210, sealed(part("response_head", "HTTP/1.1 400 Bad Request\r\n\r\n")));
  const log = add(EMPTY_LOG, { sent_us: T0 + 1_000, wire: [ask, ticket, no] });
  assert.equal(refusal(log, "websocket", T0 + 1_000), "400");
});

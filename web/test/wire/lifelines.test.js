import assert from "node:assert/strict";
import test from "node:test";

import { describe, hit, scene, step } from "../../model/wire/lifelines.js";
import { EMPTY_LOG, add } from "../../model/wire/log.js";
import { list } from "../../model/wire/queue.js";
import { T0, answered, asked, down, framed, handshaken, lab, opened, part, sealed, up } from "../fixtures.js";

// One millisecond is one px, and T0 is the left edge: so x is the milliseconds since T0.
const MS = 1_000;
const logged = (...wire) => add(add(EMPTY_LOG, { sent_us: T0, lab: lab() }), { sent_us: T0 + 1_000 * MS, wire });
const seen = (log, transport, at_ms = 1_000, more = {}) =>
  scene({
    log,
    transport,
    at_us: T0 + at_ms * MS,
    span_us: 1_000 * MS,
    width: 1_000,
    height: 100,
    ...more,
  });
const ms = (number) => T0 + number * MS;
const all = (log, transport) => list(log.rows[transport].passages);

test("an arrow goes from lane to lane at the instants of the wire", () => {
  const log = logged(
    asked("polling", 1, ms(100), ms(150)),
    answered("polling", 1, ms(160), ms(210), 7, ms(90)),
  );
  const { arrows, lanes } = seen(log, "polling");
  const shape = ({ x1, y1, x2, y2, drawn, kind, shapes }) => ({ x1, y1, x2, y2, drawn, kind, shapes });
  const { server_y, client_y } = lanes;
  assert.ok(server_y < client_y, "the server is on top");
  assert.deepEqual(arrows.map(shape), [
    { x1: 100, y1: client_y, x2: 150, y2: server_y, drawn: 1, kind: "request", shapes: [] },
    { x1: 160, y1: server_y, x2: 210, y2: client_y, drawn: 1, kind: "response", shapes: [1] },
  ]);
  assert.deepEqual(seen(log, "polling", 2_000).arrows, [], "and scrolls out");
  assert.deepEqual(seen(log, "sse").arrows, [], "of its own row");
});

test("what left before the picture begins is not drawn", () => {
  const log = logged(asked("polling", 1, ms(100), ms(150)), answered("polling", 1, ms(160), ms(210), 7, ms(90)));
  const { arrows, blocks } = seen(log, "polling", 1_000, { begin_us: ms(160) });
  assert.deepEqual(arrows.map(({ kind }) => kind), ["response"]);
  assert.equal(blocks.length, 1);
});

test("an arrow that is under way is drawn as far as it is", () => {
  const log = logged(asked("polling", 1, ms(100), ms(300)));
  const drawn = (at_ms) => seen(log, "polling", at_ms).arrows.map((arrow) => arrow.drawn);
  assert.deepEqual([drawn(100), drawn(150), drawn(200), drawn(300), drawn(301)], [[], [0.25], [0.5], [1], [1]]);
});

test("an arrow that began before the left edge is cut there, not moved", () => {
  const log = logged(asked("polling", 1, ms(100), ms(300)));
  const [arrow] = seen(log, "polling", 1_150).arrows;
  const { server_y, client_y } = seen(log, "polling").lanes;
  assert.deepEqual([arrow.x1, arrow.x2, arrow.cut], [0, 150, true]);
  assert.equal(arrow.y1, client_y + (server_y - client_y) / 4);
  assert.equal(arrow.y2, server_y);
  assert.equal(seen(log, "polling", 1_100).arrows[0].cut, false);
});

test("without distance an arrow stands upright, and is there", () => {
  const [arrow] = seen(logged(framed(1, ms(400), ms(400), 1, ms(400))), "websocket").arrows;
  assert.deepEqual([arrow.x1, arrow.x2, arrow.drawn], [400, 400, 1]);
  assert.equal(hit(seen(logged(framed(1, ms(400), ms(400), 1, ms(400))), "websocket"), 405, 50).kind, "frame");
});

test("an arrow has the shapes of the newest three of its updates", () => {
  const shapes = (...seqs) => {
    const updates = seqs.map((seq) => ({ seq, at_us: ms(1) }));
    const log = logged(down("polling", 1, ms(1), ms(2), [part("payload", "{}")], updates));
    return seen(log, "polling").arrows[0].shapes;
  };
  assert.deepEqual(shapes(8), [2]);
  assert.deepEqual(shapes(1, 2, 3, 4, 5), [3, 4, 5]);
});

test("every row shows the same updates at the same places", () => {
  const log = logged(
    framed(1, ms(201), ms(202), 4, ms(200)),
    framed(1, ms(301), ms(302), 5, ms(300)),
    answered("polling", 2, ms(500), ms(510), 4, ms(200)),
  );
  const dots = seen(log, "websocket").planned;
  assert.deepEqual(dots.map(({ x, seq, shape }) => [x, seq, shape]), [[200, 4, 4], [300, 5, 5]]);
  assert.ok(dots.every(({ numbered }) => numbered));
  for (const transport of ["polling", "sse"]) assert.deepEqual(seen(log, transport).planned, dots);
  const [frame] = seen(log, "websocket").arrows;
  const [response] = seen(log, "polling").arrows;
  assert.deepEqual(frame.shapes, response.shapes);
  assert.deepEqual(seen(log, "sse", 250).planned.map(({ seq }) => seq), [4], "none that is still to come");
});

test("a long poll is held from the request's arrival to the answer's leaving", () => {
  const log = logged(
    asked("long-polling", 1, ms(100), ms(120)),
    answered("long-polling", 1, ms(500), ms(520), 1, ms(499)),
    asked("long-polling", 1, ms(530), ms(550)),
  );
  const holds = (at_ms) => seen(log, "long-polling", at_ms).holds.map(({ x1, x2 }) => [x1, x2]);
  assert.deepEqual(holds(1_000), [[120, 500], [550, 1_000]]);
  assert.deepEqual(holds(300), [[820, 1_000]], "still held at the instant that is looked at");
  assert.deepEqual(holds(1_400), [[0, 100], [150, 1_000]], "cut at the left edge");
  assert.deepEqual(seen(log, "long-polling").open, []);
});

test("what publishes beside a long poll is not held, and nobody else holds", () => {
  const post = up("long-polling", 2, ms(200), ms(210), [part("request_head", "POST /updates HTTP/1.1\r\n")]);
  const log = logged(post, answered("long-polling", 2, ms(300), ms(310), 1, ms(1)), asked("polling", 3, ms(1), ms(2)));
  assert.deepEqual(seen(log, "long-polling").holds, []);
  assert.deepEqual(seen(log, "polling").holds, []);
});

test("a hold that began long before the picture is in it", () => {
  let log = logged(asked("long-polling", 1, ms(100), ms(120)));
  log = add(log, { sent_us: ms(24_000), wire: [framed(9, ms(23_000), ms(23_001), 1, ms(23_000))] });
  assert.deepEqual(seen(log, "long-polling", 24_000).holds, [{ x1: 0, x2: 1_000 }]);
});

test("a stream is open from its head on, until it broke or fell silent", () => {
  const start = [asked("sse", 1, ms(100), ms(110), "setup"), opened("sse", 1, ms(200), ms(210))];
  const log = logged(...start);
  assert.deepEqual(seen(log, "sse").open, [{ x1: 200, x2: 1_000 }]);
  assert.deepEqual(seen(log, "sse", 150).open, []);
  const broken = add(log, { sent_us: ms(1_100), lab: lab({ sse: { plugged: false } }) });
  assert.deepEqual(seen(broken, "sse", 1_200).open, [{ x1: 0, x2: 900 }]);
  assert.deepEqual(seen(broken, "sse", 1_200).unplugged, [{ x1: 900, x2: 1_000 }]);
  const beat = down("sse", 1, ms(600), ms(610), [part("idle", ":\n\n")]);
  const silent = add(logged(...start, beat), { sent_us: ms(60_000), missed: 0 });
  assert.deepEqual(seen(silent, "sse").open, [{ x1: 200, x2: 610 }]);
  assert.deepEqual(seen(silent, "sse", 500).open, [{ x1: 700, x2: 1_000 }], "as it was then");
});

test("a stream is closed where its connection ended, and that is no arrow", () => {
  const start = [asked("sse", 1, ms(100), ms(110), "setup"), opened("sse", 1, ms(200), ms(210))];
  const log = logged(...start, down("sse", 1, ms(500), ms(600), []));
  assert.deepEqual(seen(log, "sse").open, [{ x1: 200, x2: 600 }]);
  assert.equal(seen(log, "sse").arrows.length, 2);
});

test("a stream that is opened again is another one", () => {
  const chunk = down("forever-frame", 1, ms(300), ms(310), [part("chunk", "0\r\n\r\n")]);
  const log = logged(
    opened("forever-frame", 1, ms(100), ms(110)),
    chunk,
    asked("forever-frame", 1, ms(400), ms(410), "setup"),
    opened("forever-frame", 1, ms(420), ms(430)),
  );
  assert.deepEqual(seen(log, "forever-frame").open, [{ x1: 100, x2: 310 }, { x1: 420, x2: 1_000 }]);
});

test("labels do not overlap, and stay with their arrows while they scroll", () => {
  const wire = Array.from({ length: 90 }, (_, nth) => framed(1, ms(10 * nth), ms(10 * nth), nth, ms(10 * nth)));
  const log = logged(...wire);
  const labelled = (at_ms) => seen(log, "websocket", at_ms).arrows.filter(({ label }) => label.room);
  const places = labelled(1_000).map(({ label }) => label.x);
  assert.ok(places.length >= 4, `${places.length} labels`);
  places.slice(1).forEach((x, nth) => assert.ok(x - places[nth] >= 68));
  const later = new Set(labelled(1_013).map(({ passage }) => passage.id));
  const ids = labelled(1_000).map(({ passage, x1 }) => (x1 >= 13 ? passage.id : undefined));
  assert.ok(ids.every((id) => id === undefined || later.has(id)));
  const { label, passage } = labelled(1_000)[0];
  assert.equal(label.bytes, passage.length);
});

test("ticks are round instants that scroll with the picture", () => {
  const { ticks } = seen(logged(), "sse");
  assert.deepEqual(ticks.slice(0, 2), [{ x: 0, ms: T0 / MS }, { x: 100, ms: T0 / MS + 100 }]);
  assert.equal(seen(logged(), "sse", 1_030).ticks[0].x, 70);
  const slow = seen(logged(), "sse", 1_000, { span_us: 66_667 }).ticks;
  assert.ok(slow.length >= 4 && slow.every(({ ms }) => Number.isInteger(ms)));
});

test("a click finds the nearest arrow within reach, as far as it is drawn", () => {
  const log = logged(asked("polling", 1, ms(100), ms(300)), asked("polling", 1, ms(400), ms(600)));
  const picture = seen(log, "polling");
  const middle = (picture.lanes.server_y + picture.lanes.client_y) / 2;
  assert.equal(hit(picture, 205, middle).left_us, ms(100));
  assert.equal(hit(picture, 495, middle).left_us, ms(400));
  assert.equal(hit(picture, 350, middle), undefined);
  const half = seen(log, "polling", 150);
  assert.equal(hit(half, 1_080, 30), undefined, "not where it will be");
  assert.equal(hit(half, 960, 80).left_us, ms(100));
});

test("what is selected stands out, with what carries the same update", () => {
  const log = logged(
    framed(1, ms(100), ms(110), 1, ms(99)),
    framed(1, ms(200), ms(210), 2, ms(199)),
    answered("polling", 2, ms(300), ms(310), 2, ms(199)),
  );
  const selected = all(log, "websocket")[1];
  const marks = (transport, more) => seen(log, transport, 1_000, more).arrows.map((arrow) => [arrow.selected, arrow.dim]);
  assert.deepEqual(marks("websocket", { selected }), [[false, true], [true, false]]);
  assert.deepEqual(marks("polling", { selected }), [[false, false]]);
  assert.deepEqual(marks("websocket"), [[false, false], [false, false]]);
});

test("one steps from passage to passage, to what has arrived", () => {
  const log = logged(...[1, 2, 3].map((nth) => framed(1, ms(100 * nth), ms(100 * nth), nth, ms(100 * nth))));
  const [first, second, third] = all(log, "websocket");
  assert.equal(step(log, "websocket", undefined, 1, ms(250)), second, "begins at the newest");
  assert.equal(step(log, "websocket", second, -1, ms(250)), first);
  assert.equal(step(log, "websocket", second, 1, ms(250)), undefined);
  assert.equal(step(log, "websocket", second, 1, ms(300)), third);
  assert.equal(step(log, "websocket", first, -1, ms(300)), undefined);
  assert.equal(step(log, "sse", undefined, 1, ms(300)), undefined);
});

test("an arrow in plain data", () => {
  const log = logged(answered("polling", 1, ms(100), ms(150), 7, ms(90)));
  assert.deepEqual(describe(all(log, "polling")[0]), {
    direction: "down",
    kind: "response",
    length: 19 + '{"seq":7}'.length,
    duration_us: 50_000,
    seqs: [7],
  });
});

test("the handshake of TLS opens no stream, and the response inside it does", () => {
  const hello = [up("sse", 1, ms(10), ms(20), [handshaken()]), down("sse", 1, ms(20), ms(30), [handshaken()])];
  assert.deepEqual(seen(logged(...hello), "sse").open, []);
  const head = down("sse", 1, ms(50), ms(60), sealed(part("setup", "HTTP/1.1 200 OK\r\n\r\n")));
  assert.deepEqual(seen(logged(...hello, head), "sse").open, [{ x1: 50, x2: 1_000 }]);
});

test("the arrow of a long update says the bytes of all its pieces", () => {
  const text = (length) => part("payload", "x".repeat(length));
  const log = logged(
    down("websocket", 1, ms(100), ms(110), [part("websocket_frame", "x".repeat(10)), text(16_374)]),
    down("websocket", 2, ms(100), ms(110), [part("websocket_frame", "xx"), text(98)]),
    down("websocket", 1, ms(101), ms(111), [text(16_384)]),
    down("websocket", 1, ms(102), ms(112), [text(5)], [{ seq: 1, at_us: ms(99) }]),
  );
  const { arrows, blocks } = seen(log, "websocket");
  assert.deepEqual(arrows.map(({ label }) => label.bytes), [32_773, 32_773, 32_773, 100]);
  assert.deepEqual(arrows.map(({ label }) => label.room), [true, false, false, false]);
  assert.equal(blocks.length, 2, "and is one block");
  assert.equal(blocks[0].x, 112);
  assert.ok(Math.abs(blocks[0].width * 100 - blocks[1].width * 32_773) < 1e-6);
});

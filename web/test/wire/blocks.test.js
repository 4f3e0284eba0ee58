import assert from "node:assert/strict";
import test from "node:test";

import { bytesPerPx, roundUp, ruler } from "../../model/wire/blocks.js";
import { hit, scene } from "../../model/wire/lifelines.js";
import { EMPTY_LOG, add } from "../../model/wire/log.js";
import { T0, answered, asked, framed, lab } from "../fixtures.js";

const ms = (number) => T0 + number * 1_000;
const request = asked("long-polling", 1, ms(100), ms(300));
const log = [
  { sent_us: T0, lab: { ...lab(), feed: { rate_per_s: 1, payload_bytes: 100 } } },
  { sent_us: ms(1_000), wire: [request, answered("long-polling", 1, ms(400), ms(600), 1, ms(390)), framed(2, ms(400), ms(600), 1, ms(390))] },
].reduce(add, EMPTY_LOG);
const seen = (transport, at_ms, height = 100) =>
  scene({ log, transport, at_us: ms(at_ms), span_us: 1_000_000, width: 1_000, height });

test("a block is as long as its bytes, in one scale for all rows, and divided by class", () => {
  const [up, down] = seen("long-polling", 1_000).blocks;
  const [frame] = seen("websocket", 1_000).blocks;
  const length = request.parts[0].length;
  assert.deepEqual([up, down, frame].map(({ width }) => Math.round(width * 5)), [length, 28, 11], "5 bytes per px");
  assert.deepEqual(down.segments, [{ class: "response_head", length: 19 }, { class: "payload", length: 9 }]);
  for (const block of [up, down, frame]) assert.equal(block.px_per_byte, 0.2);
});

test("a block travels at the tip of its arrow, then rests outside the lane and scrolls", () => {
  const block = (at_ms) => seen("long-polling", at_ms).blocks[0];
  const { lanes } = seen("long-polling", 200);
  const middle = ({ y, height }) => y + height / 2;
  assert.equal(middle(block(200)), (lanes.server_y + lanes.client_y) / 2, "half of the way");
  assert.equal(block(200).x, 1_000, "now is the right edge");
  assert.equal(block(300).x, 1_000);
  assert.ok(block(300).y + block(300).height < lanes.server_y, "a request rests above the server's lane");
  assert.equal(block(700).x, 600);
  assert.equal(block(700).y, block(300).y);
  const response = seen("long-polling", 700).blocks[1];
  assert.ok(response.y > lanes.client_y, "a response below the browser's");
  assert.equal(seen("long-polling", 1_301).blocks.length, 1, "it leaves with its arrow");
});

test("a block stays inside the row, in every height", () => {
  for (const height of [44, 60, 119, 120, 200, 400]) {
    for (const { y, height: own } of seen("long-polling", 700, height).blocks) assert.ok(y >= 0 && y + own <= height, `${height}`);
  }
});

test("the scale depends on the feed and the distance only: a second of blocks fits into a second", () => {
  const per_px = (feed, rtt_us = 0) => bytesPerPx({ ...lab(Object.fromEntries(lab().panels.map(({ transport }) => [transport, { rtt_us }]))), feed });
  assert.equal(per_px({ rate_per_s: 1, payload_bytes: 100 }), 5);
  assert.equal(per_px({ rate_per_s: 20, payload_bytes: 100 }), 100);
  assert.equal(per_px({ rate_per_s: 10, payload_bytes: 100 }, 1_000_000), 10, "few requests at a long distance");
  assert.equal(per_px({ rate_per_s: 1, payload_bytes: 16_000 }), 200);
  assert.equal(bytesPerPx(undefined), 5);
  assert.deepEqual([4.1, 5, 9, 0.03].map(roundUp), [5, 5, 10, 0.05]);
  const { bytes, px } = ruler(undefined);
  assert.deepEqual([bytes, px], [200, 40]);
});

test("a click on a block finds its message", () => {
  const picture = seen("long-polling", 1_000);
  for (const block of picture.blocks) assert.equal(hit(picture, block.x - 1, block.y + 1), block.passage);
  assert.equal(hit(picture, picture.blocks[0].x - 15, picture.blocks[0].y - 5), undefined);
});

// How does a row of the picture come onto its canvas? A scene is shapes; this gives them ink.

import { LEDGER } from "../../model/wire/counters.js";
import { palette } from "./ink.js";
import { drawBubble, drawHead, drawShape, widthOf, write } from "./shapes.js";

const CLOSE = 3.2; // px; the radius of updates that are close to each other
const FONTS = {
  labels: "600 16px system-ui, sans-serif",
  small: "12px system-ui, sans-serif",
  margin: "600 14px system-ui, sans-serif",
  scale: "13px system-ui, sans-serif",
};
const GAP = 10; // px between a name in the margin and the picture

// `own`: the transport, whose colour is the row's. `say` has the texts: { lanes, ruler, bytes(count),
// wait(us) }; what is undefined is not written. Without `say.bytes` there are no blocks. `left`: the px of
// the margin left of the picture, which has the names of the lanes and the scales; with 0 they are in it.
export function drawScene({ pen, scale, width, height, left = 0 }, scene, own, say) {
  const inks = palette();
  const row = { pen, scale, width, height, inks, own: inks[own], size: scene.size, lanes: scene.lanes };
  pen.save();
  pen.translate(left, 0);
  if (left > 0 && say.lanes) drawMargin(row, left, say);
  pen.beginPath();
  pen.rect(0, 0, width, height);
  pen.clip();
  drawGround(row, scene);
  drawArrows(row, scene);
  if (say.bytes) drawBlocks(row, scene.blocks);
  drawTails(row, scene.tails);
  drawUpdates(row, scene);
  pen.font = row.size.labels ? FONTS.labels : FONTS.small;
  drawTexts(row, scene, say, left);
  pen.restore();
}

// The margin that the names of the lanes need, in whole pixels of the device.
export function marginOf({ pen, scale }, lanes) {
  pen.font = FONTS.margin;
  const widest = Math.max(...Object.values(lanes).map((name) => widthOf(pen, name)));
  return Math.ceil((widest + GAP) * scale) / scale;
}

function band({ pen }, spans, y, high, ink, alpha = 1) {
  pen.fillStyle = ink;
  pen.globalAlpha = alpha;
  for (const { x1, x2 } of spans) pen.fillRect(x1, y, x2 - x1, high);
  pen.globalAlpha = 1;
}

function drawGround(row, scene) {
  const { width, height, inks, own, size } = row;
  const { server_y, client_y } = row.lanes;
  band(row, scene.ticks.map(({ x }) => ({ x1: x, x2: x + 1 })), 0, height, inks.line);
  band(row, scene.unplugged, 0, height, inks.wrong, 0.25);
  // An open response joins both lanes; a held request only makes the server wait.
  band(row, scene.open, server_y, client_y - server_y, own, 0.13);
  band(row, scene.open, server_y - 2, 4, own);
  band(row, scene.open, client_y - 2, 4, own);
  band(row, scene.holds, server_y, size.tall ? 12 : 6, own, 0.45);
  band(row, [{ x1: 0, x2: width }], server_y - 1, 2, inks.soft);
  band(row, [{ x1: 0, x2: width }], client_y - 1, 2, inks.soft);
}

// What carries no update and no line is overhead alone: a thin line, and a broken one up.
const STYLES = [
  { is: ({ shapes, sends }) => shapes.length > 0 || sends, wide: 1, dash: [] },
  { is: ({ passage }) => passage.direction === "up", wide: 0, dash: [5, 4] },
  { is: () => true, wide: 0, dash: [] },
];

function drawArrows(row, { arrows, planned }) {
  const { pen, inks, own, size } = row;
  // Where arrows are close to each other, heads and wide lines would only hide them.
  const close = planned[0]?.radius < CLOSE;
  const width = size.tall && !close ? 1.5 : 1.2;
  for (const arrow of arrows) if (arrow.selected) strokeAll(pen, [arrow], inks.link, size.tall ? 11 : 9, 0.45);
  for (const dim of [true, false]) {
    const groups = STYLES.map(() => []);
    for (const arrow of arrows) {
      if (arrow.dim === dim) groups[STYLES.findIndex(({ is }) => is(arrow))].push(arrow);
    }
    groups.forEach((group, nth) => {
      if (group.length === 0) return;
      pen.setLineDash(STYLES[nth].dash);
      strokeAll(pen, group, own, width + (close ? 0 : STYLES[nth].wide), dim ? 0.3 : 1);
      pen.setLineDash([]);
      if (!close) drawHeads(row, group, dim ? 0.3 : 1);
    });
  }
}

function strokeAll(pen, arrows, ink, width, alpha) {
  pen.globalAlpha = alpha;
  pen.strokeStyle = ink;
  pen.lineWidth = width;
  // One path of all lines takes far longer than many paths of one line.
  for (const { x1, y1, x2, y2, drawn } of arrows) {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x1 + (x2 - x1) * drawn, y1 + (y2 - y1) * drawn);
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

function drawHeads({ pen, scale, own, size }, arrows, alpha) {
  pen.globalAlpha = alpha;
  for (const { x1, y1, x2, y2, drawn } of arrows) {
    if (drawn === 1) drawHead(pen, scale, x2, y2, Math.atan2(y2 - y1, x2 - x1), size.tall ? 10 : 6, own);
  }
  pen.globalAlpha = 1;
}

function drawBlocks({ pen, inks }, blocks) {
  // A block that a later one covers in part is still set apart from it.
  pen.fillStyle = inks.card;
  for (const { x, y, width, height } of blocks) pen.fillRect(x - width - 1, y - 1, width + 2, height + 2);
  const spans = Object.fromEntries(LEDGER.map((name) => [name, []]));
  for (const { x, y, width, height, px_per_byte, segments, dim } of blocks) {
    let left = x - width;
    for (const { class: name, length } of segments) {
      spans[name]?.push(left, y, length * px_per_byte, height, dim);
      left += length * px_per_byte;
    }
  }
  for (const name of LEDGER) {
    const own = spans[name];
    pen.fillStyle = inks[`class-${name}`];
    for (let at = 0; at < own.length; at += 5) {
      pen.globalAlpha = own[at + 4] ? 0.3 : 1;
      pen.fillRect(own[at], own[at + 1], own[at + 2], own[at + 3]);
    }
  }
  pen.globalAlpha = 1;
}

function drawTails({ pen, inks }, tails) {
  pen.fillStyle = inks.ink;
  pen.globalAlpha = 0.75;
  for (const { x1, x2, y, height } of tails) pen.fillRect(x1, y, x2 - x1, height);
  pen.globalAlpha = 1;
}

// Updates are on the server's lane when they are due, and on the browser's when they arrive.
function drawUpdates({ pen, scale, inks, lanes, size }, { planned, arrows }) {
  for (const { shape, x, radius } of planned) drawShape(pen, scale, shape, x, lanes.server_y, radius, inks);
  const radius = 0.8 * (planned[0]?.radius ?? size.dot);
  for (const { shapes, x2, y2, drawn, passage } of arrows) {
    if (drawn < 1 || passage.direction === "up") continue;
    shapes.forEach((shape, nth) => drawShape(pen, scale, shape, x2 - 2 * radius * (shapes.length - 1 - nth), y2, radius, inks));
  }
  for (const { sends, x1, y1, x2, y2, drawn } of arrows) {
    if (sends) drawBubble(pen, x1 + (x2 - x1) * drawn * 0.5, y1 + (y2 - y1) * drawn * 0.5, size.tall ? 8 : 5, inks);
  }
}

// Bytes first, then how long updates wait, then their numbers: a text that would touch another is left out.
function drawTexts({ pen, width, inks, lanes, size }, { arrows, planned, tails }, say, left) {
  const high = size.labels ? 16 : 12;
  const ink = { size: high, ink: inks.ink, ground: inks.card };
  const soft = { ...ink, ink: inks.soft };
  const free = place(pen, width, high);
  if (left === 0 && say.lanes) drawLanes(pen, { width, lanes, size, soft, high }, say, free);
  if (!size.labels) return;
  const under = lanes.server_y + (size.tall ? 27 : 22);
  if (say.bytes) {
    for (const { label, drawn } of arrows) {
      if (label.room && drawn === 1) free(say.bytes(label.bytes), label.x + 8, label.y + 5, ink);
    }
  }
  if (!size.tall) return;
  if (say.wait) for (const { x1, wait_us, room } of tails) if (room) free(say.wait(wait_us), x1 + 4, under, ink);
  for (const { x, seq, numbered } of planned) if (numbered) free(String(seq), x - 5, under, { ...soft, from: "right" });
}

// Left of the lanes. The scales are between their names.
function drawMargin({ pen, inks, lanes }, left, say) {
  pen.font = FONTS.margin;
  const style = { size: 14, ink: inks.soft, ground: inks.card, from: "right" };
  write(pen, say.lanes.server, -6, lanes.server_y + 4, style);
  write(pen, say.lanes.client, -6, lanes.client_y + 4, style);
  if (!say.ruler) return;
  const middle = (lanes.server_y + lanes.client_y) / 2;
  pen.font = FONTS.scale;
  write(pen, `│ = ${say.ruler.time}`, -6, middle - 8, style);
  if (!say.bytes) return;
  const px = Math.min(say.ruler.px, left - 6);
  pen.fillStyle = inks.soft;
  pen.fillRect(-6 - px, middle + 2, px, 6);
  write(pen, `= ${say.ruler.bytes}`, -6, middle + 22, style);
}

function drawLanes(pen, { width, lanes, size, soft, high }, say, free) {
  // A low row has no room for them between the lanes.
  const [server_y, client_y] = size.labels ? [high + 1, -5] : [-4, high];
  free(say.lanes.server, 4, lanes.server_y + server_y, soft);
  const end = free(say.lanes.client, 4, lanes.client_y + client_y, soft);
  if (!say.ruler) return;
  const middle = (lanes.server_y + lanes.client_y) / 2 + 4;
  const [left, y] = size.labels ? [end + 16, lanes.client_y - 5] : [4, middle];
  free.take(left, drawRuler(pen, say, left, y, soft, width), y);
}

// Writes a text where no other text is, and not over the right edge; returns where it ends.
function place(pen, width, high) {
  const taken = [];
  const take = (left, right, y) => taken.push({ left, right, y });
  const free = (text, x, y, style) => {
    const long = widthOf(pen, text);
    const left = style.from === "right" ? x - long : x;
    const meets = (one) => left < one.right && one.left < left + long && Math.abs(y - one.y) < high;
    if (left + long > width || taken.some(meets)) return undefined;
    take(left, left + long, y);
    return write(pen, text, x, y, style);
  };
  return Object.assign(free, { take });
}

// The scales of the picture: of time, and of bytes where that has room before `right`. Returns where
// they end.
function drawRuler(pen, { ruler, bytes }, x, y, text, right) {
  let left = write(pen, `│ = ${ruler.time}`, x, y, text) + 14;
  const count = `= ${ruler.bytes}`;
  if (!bytes || left + ruler.px + 5 + widthOf(pen, count) > right) return left;
  pen.fillStyle = text.ground;
  pen.fillRect(left - 3, y - text.size * 0.85, ruler.px + 6, text.size * 1.1);
  pen.fillStyle = text.ink;
  pen.fillRect(left, y - text.size * 0.6, ruler.px, text.size * 0.5);
  left += ruler.px + 5;
  return write(pen, count, left, y, text);
}

// What does the wire of one transport look like, up to an instant? The classic figure: the
// server's lane on top, the browser's at the bottom, and an arrow for whatever passed.
//
// Plain shapes in px. The right edge is `at_us`, the left one `at_us − span_us`. What left before `begin_us`
// is not drawn.

import { blocks } from "./blocks.js";
import { fitting } from "./fitting.js";
import { between, during, labAt, unplugged as out } from "./log.js";
import { pieces } from "./pieces.js";
import { get, list, search } from "./queue.js";
import { tails } from "./tails.js";

const NEAR = 14; // px that a click may miss an arrow by
const SHAPES = 6; // an update's shape is seq % 6
const SHOWN = 3; // shapes at one arrow
const LABEL = 68; // px that the longest label takes, with what keeps it from the next
const NUMBER = 80; // px that the number of an update takes
const TICK = 90; // least px between two ticks

// Outside the lanes is room for the blocks that have arrived. A row with `labels` has room for text
// between the lanes.
export function sizes(height) {
  const labels = height >= 80;
  if (height < 120) return { tall: false, labels, above: 15, below: 14, block: 8, gap: 4, dot: 4.5, tail: 2 };
  const block = height < 170 ? 16 : 22;
  return { tall: true, labels, above: block + 14, below: block + 10, block, gap: 8, dot: 7.5, tail: 4 };
}

export function scene(options) {
  const { log, transport, at_us, span_us, width, height, begin_us = -Infinity } = options;
  const from_us = at_us - span_us;
  const x = (us) => ((us - from_us) * width) / span_us;
  const size = sizes(height);
  const lanes = { server_y: size.above, client_y: height - size.below };
  const lab = labAt(log, at_us);
  const cell_us = (LABEL * span_us) / width;
  // From two labels before the edge, so that labels do not change when one leaves.
  const all = between(log, transport, from_us - 2 * cell_us, at_us);
  const passages = all.filter(({ left_us }) => left_us >= begin_us);
  const row = { ...options, from_us, x, size, lanes, lab, cell_us, messages: pieces(passages) };
  const { held } = log.rows[transport];
  const spans = options.unplugged ?? out(log, transport, from_us, at_us);
  return {
    size,
    lanes,
    ticks: ticks(row),
    planned: planned(row),
    arrows: arrows(row),
    blocks: blocks(row),
    tails: tails(row),
    holds: bars(row, held.holds, held, "asked_us"),
    open: bars(row, held.open, held, "opened_us"),
    unplugged: spans.map((span) => cut(row, span.from_us, span.to_us)),
  };
}

// A span as a bar of the row: { x1, x2 }.
const cut = ({ x, from_us, at_us }, start_us, end_us) => ({
  x1: x(Math.max(start_us, from_us)),
  x2: x(Math.min(end_us, at_us)),
});

// From tick to tick: 1, 2 or 5 times a power of ten.
export function tick_ms(span_us, width) {
  const least_ms = (TICK * span_us) / width / 1000;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(least_ms)));
  return [1, 2, 5, 10].map((times) => times * power).find((ms) => ms >= least_ms);
}

// At round instants, so that they scroll with the picture. `ms` is since the Unix epoch.
function ticks({ from_us, at_us, span_us, width, x }) {
  const step = tick_ms(span_us, width);
  const found = [];
  for (let ms = Math.ceil(from_us / 1000 / step) * step; ms * 1000 <= at_us; ms += step) {
    found.push({ x: x(ms * 1000), ms });
  }
  return found;
}

// The same dots at the same places in every row: when the feed had what.
function planned({ log, lab, from_us, at_us, span_us, width, size, x }) {
  const first = search(log.planned, (update) => update.at_us >= from_us);
  const end = search(log.planned, (update) => update.at_us > at_us);
  const updates = list(log.planned, first, end);
  const apart = (width * 1e6) / span_us / (lab?.feed?.rate_per_s ?? 1);
  const radius = Math.min(size.dot, Math.max(2, 0.4 * apart));
  const numbered = fitting(apart < NUMBER ? [] : updates, planned_us, (NUMBER * span_us) / width);
  return updates.map((update) => ({
    x: x(update.at_us),
    seq: update.seq,
    shape: update.seq % SHAPES,
    radius,
    numbered: numbered.has(update),
  }));
}

const planned_us = ({ at_us }) => at_us;

function bars(row, ended, { live }, since) {
  const { from_us, at_us } = row;
  const spans = during(ended, Infinity, from_us, at_us);
  for (const connection of live.values()) {
    if (connection[since] < at_us) spans.push({ left_us: connection[since], arrived_us: at_us });
  }
  return spans.map(({ left_us, arrived_us }) => cut(row, left_us, arrived_us));
}

// An arrow for each passage. The label is that of the whole message, at its first piece.
function arrows(row) {
  const { messages, from_us, cell_us, selected } = row;
  const heads = messages.map(({ pieces }) => pieces[0]);
  const labelled = new Set();
  for (const direction of ["up", "down"]) {
    const own = heads.filter((passage) => passage.direction === direction);
    for (const passage of fitting(own, labelled_us, cell_us)) labelled.add(passage);
  }
  const seqs = new Set(selected?.updates.map(({ seq }) => seq));
  return messages.flatMap(({ pieces, length }) =>
    pieces
      .filter(({ arrived_us }) => arrived_us > from_us)
      .map((passage) => arrow(row, passage, { length, room: labelled.has(passage) }, seqs)),
  );
}

const labelled_us = ({ left_us, arrived_us }) => left_us + (arrived_us - left_us) / 3;

function arrow({ x, lanes, from_us, at_us, selected }, passage, { length, room }, seqs) {
  const { direction, left_us, arrived_us, updates, kind, sends } = passage;
  const [start_y, y2] =
    direction === "up" ? [lanes.client_y, lanes.server_y] : [lanes.server_y, lanes.client_y];
  const y = (us) => start_y + part(left_us, arrived_us, us) * (y2 - start_y);
  const begin_us = Math.max(left_us, from_us);
  return {
    passage,
    x1: x(begin_us),
    y1: y(begin_us),
    x2: x(arrived_us),
    y2,
    drawn: arrived_us <= at_us ? 1 : part(begin_us, arrived_us, at_us),
    cut: begin_us > left_us,
    shapes: updates.slice(-SHOWN).map(({ seq }) => seq % SHAPES),
    sends,
    kind,
    label: { bytes: length, x: x(labelled_us(passage)), y: y(labelled_us(passage)), room },
    dim: selected !== undefined && passage.id !== selected.id && !updates.some(({ seq }) => seqs.has(seq)),
    selected: passage.id === selected?.id,
  };
}

const part = (from, to, at) => (to <= from ? 0 : Math.min(1, Math.max(0, (at - from) / (to - from))));

// The passage of the block at a point, else that of the nearest arrow, as far as it is drawn.
export function hit({ arrows, blocks }, x, y) {
  const inside = (block) => x <= block.x && x >= block.x - block.width && y >= block.y && y <= block.y + block.height;
  let nearest = blocks.findLast(inside)?.passage;
  if (nearest) return nearest;
  let least = NEAR;
  for (const arrow of arrows) {
    const away = distance(arrow, x, y);
    if (away <= least) [nearest, least] = [arrow.passage, away];
  }
  return nearest;
}

function distance({ x1, y1, x2, y2, drawn }, x, y) {
  const [dx, dy] = [(x2 - x1) * drawn, (y2 - y1) * drawn];
  const long = dx * dx + dy * dy;
  const along = long === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / long));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

// For who steps by keyboard: the next (+1) or previous (−1) passage; without one, and back from
// one that is no longer kept, the newest that has begun at `at_us`. undefined: there is none.
export function step(log, transport, passage, direction, at_us) {
  const { passages } = log.rows[transport];
  const end = search(passages, ({ arrived_us }) => arrived_us > at_us);
  const place = passage && placeOf(passages, passage);
  if (place === undefined) return get(passages, end - 1);
  const next = place + direction;
  return next < end ? get(passages, next) : undefined;
}

function placeOf(passages, { id, arrived_us }) {
  let place = search(passages, (other) => other.arrived_us >= arrived_us);
  for (; get(passages, place)?.arrived_us === arrived_us; place += 1) {
    if (get(passages, place).id === id) return place;
  }
  return undefined;
}

// An arrow in plain data, for words.
export const describe = ({ direction, kind, length, left_us, arrived_us, updates }) => ({
  direction,
  kind,
  length,
  duration_us: arrived_us - left_us,
  seqs: updates.map(({ seq }) => seq),
});

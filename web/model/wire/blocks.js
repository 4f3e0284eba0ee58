// How long is a message? A block whose length is proportional to its bytes, divided by class. It is at the
// tip of its arrow while it travels. After that it rests at the arrow's end, just outside the lane.

import { PX_PER_S } from "./playhead.js";

// What a request and its response cost at most in addition to updates, and what an update costs in
// addition to its text, for choosing the scale.
const REQUEST_BYTES = 700;
const RESPONSE_BYTES = 200;
const UPDATE_BYTES = 30;

// The scale of all rows, in bytes per px: so that the blocks of one second fit into one second. It depends
// on the feed and the distance only, so it does not change while the picture scrolls.
export function bytesPerPx(lab) {
  const { rate_per_s = 1, payload_bytes = 100 } = lab?.feed ?? {};
  const rtt_s = Math.min(...(lab?.panels ?? []).map(({ rtt_us }) => rtt_us ?? 0)) / 1e6;
  const polls_per_s = 1e6 / (lab?.interval_us ?? 1e6);
  const requests_per_s = Math.max(polls_per_s, Math.min(rate_per_s, 1 / rtt_s));
  const up = requests_per_s * REQUEST_BYTES;
  const down = rate_per_s * (payload_bytes + UPDATE_BYTES) + requests_per_s * RESPONSE_BYTES;
  return roundUp(Math.max(up, down) / PX_PER_S);
}

// The next of 1, 2 or 5 times a power of ten.
export function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= value * 0.999);
}

// What the picture states as its scale: a number of bytes, and its length in px.
export function ruler(lab) {
  const per_px = bytesPerPx(lab);
  const bytes = roundUp(30 * per_px);
  return { bytes, px: bytes / per_px };
}

export function blocks(row) {
  const { messages, lab, at_us, from_us, selected } = row;
  const per_px = bytesPerPx(lab);
  const found = [];
  const seqs = new Set(selected?.updates.map(({ seq }) => seq));
  for (const { pieces } of messages) {
    const rests = pieces.filter(({ arrived_us }) => arrived_us <= at_us);
    const dim = selected !== undefined && !pieces.some((piece) => isMeant(piece, selected, seqs));
    if (rests.length > 0 && rests.at(-1).arrived_us > from_us) found.push({ ...resting(row, rests, per_px), dim });
    for (const piece of pieces) if (piece.arrived_us > at_us) found.push({ ...flying(row, piece, per_px), dim });
  }
  return found;
}

const isMeant = ({ id, updates }, selected, seqs) =>
  id === selected.id || updates.some(({ seq }) => seqs.has(seq));

// All arrived pieces of a message are one block.
function resting({ x, lanes, size }, pieces, per_px) {
  const { direction, arrived_us } = pieces.at(-1);
  const y = direction === "up" ? lanes.server_y - size.gap - size.block : lanes.client_y + size.gap;
  return block(x(arrived_us), y, size.block, pieces, per_px);
}

function flying({ x, lanes, size, at_us }, passage, per_px) {
  const { direction, left_us, arrived_us } = passage;
  const done = (at_us - left_us) / (arrived_us - left_us);
  const way = (lanes.client_y - lanes.server_y) * (direction === "up" ? 1 - done : done);
  return block(x(at_us), lanes.server_y + way - size.block / 2, size.block, [passage], per_px);
}

// `x` is the right end. `passage` is the first piece.
function block(x, y, height, pieces, per_px) {
  const segments = pieces.length === 1 ? pieces[0].segments : pieces.flatMap(({ segments }) => segments);
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  return { x, y, height, width: bytes / per_px, px_per_byte: 1 / per_px, segments, passage: pieces[0] };
}

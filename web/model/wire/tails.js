// How long did an update wait for the arrow that carries it? A tail along the server's lane, from the
// update's dot to where that arrow leaves. Updates that leave together have their tails one under the
// other.

import { list, search, get } from "./queue.js";

const SHORTEST = 6; // px; a shorter wait is not drawn
const LABELLED = 72; // px that a tail needs for its time
const LOOKED_BACK = 500; // passages

// { x1, x2, y, height, wait_us, room }: `room` says whether there is room for its time.
export function tails(row) {
  return waits(row).flatMap((group) => group.map((wait, nth) => tail(row, wait, nth))).filter((found) => found);
}

// The updates that left together, { at_us, left_us, waits }, and those that still wait.
function waits({ log, transport, messages, at_us, from_us }) {
  const known = new Set();
  const groups = [];
  for (const { pieces } of messages) {
    for (const { direction, updates, left_us } of pieces) {
      if (direction === "up" || updates.length === 0 || left_us < from_us) continue;
      const group = updates.filter(({ seq }) => !known.has(seq));
      for (const { seq } of group) known.add(seq);
      groups.push(group.map((update) => ({ at_us: update.at_us, left_us })));
    }
  }
  groups.push(waiting(log, transport, at_us).map((update) => ({ at_us: update.at_us, left_us: at_us })));
  return groups;
}

// The updates after the newest that has left. None before the first has left: then nobody waits for them.
function waiting(log, transport, at_us) {
  const { passages } = log.rows[transport];
  let newest_us;
  let place = passages.length - 1;
  for (let looked = 0; place >= 0 && looked < LOOKED_BACK; place -= 1, looked += 1) {
    const { direction, updates, left_us } = get(passages, place);
    if (direction === "up" || updates.length === 0 || left_us > at_us) continue;
    newest_us = Math.max(...updates.map((update) => update.at_us));
    break;
  }
  if (newest_us === undefined) return [];
  const first = search(log.planned, (update) => update.at_us > newest_us);
  return list(log.planned, first, search(log.planned, (update) => update.at_us > at_us));
}

function tail({ x, lanes, size, from_us }, { at_us, left_us }, nth) {
  const [x1, x2] = [x(Math.max(at_us, from_us)), x(left_us)];
  if (x(left_us) - x(at_us) < SHORTEST || x2 <= 0) return undefined;
  const [height, apart] = size.tall ? [4, 5] : [2, 2.5];
  const most = Math.max(1, Math.floor((lanes.client_y - lanes.server_y) / 2 / apart));
  const y = lanes.server_y + 1 + apart * Math.min(nth, most - 1);
  return { x1, x2, y, height, wait_us: left_us - at_us, room: nth === 0 && x2 - x1 >= LABELLED };
}

// When does a connection hold something open: a request that waits for its answer, or a response
// that goes on? Told from the passages of one transport.
//
// { live: Map(connection → { asked_us, opened_us, last_us }), holds, open }: what has ended lies
// in queues of { connection, left_us, arrived_us }, in the order of the end, as passages do.

import { EMPTY_QUEUE, drop, insert, search } from "./queue.js";
import { asks } from "./passage.js";

// An open stream that is silent for longer than this has ended, and this page was too slow to
// receive its end: the server's heartbeat comes every 15 s, and a long poll is answered after 25 s.
const SILENCE_US = 40_000_000;

export const NOTHING_HELD = { live: new Map(), holds: EMPTY_QUEUE, open: EMPTY_QUEUE };

const end = ({ arrived_us }) => arrived_us;

export function extend(held, passages) {
  const live = new Map(held.live);
  const ended = { holds: [], open: [] };
  for (const passage of passages) step(live, ended, passage);
  return {
    live,
    holds: insert(held.holds, ended.holds, end),
    open: insert(held.open, ended.open, end),
  };
}

function step(live, ended, { transport, connection, direction, left_us, arrived_us, kind, first: part }) {
  if (kind === "end") return stop(live, ended, connection, arrived_us);
  if (kind === "tls") return;
  const was = live.get(connection);
  const { class: first } = part;
  if (direction === "up" && transport === "long-polling" && first === "request_head" && asks(part)) {
    live.set(connection, { asked_us: arrived_us, last_us: arrived_us });
  } else if (direction === "up" && first === "setup") {
    stop(live, ended, connection, was?.last_us);
  } else if (direction === "down" && first === "setup") {
    stop(live, ended, connection, was?.last_us);
    live.set(connection, { opened_us: left_us, last_us: arrived_us });
  } else if (was?.opened_us !== undefined) {
    live.set(connection, { ...was, last_us: Math.max(was.last_us, arrived_us) });
  } else if (was && direction === "down") {
    stop(live, ended, connection, left_us);
  } else if (direction === "down" && (kind === "frame" || KEPT_OPEN.includes(transport))) {
    // It was opened before this page looked.
    live.set(connection, { opened_us: left_us, last_us: arrived_us });
  }
}

const KEPT_OPEN = ["forever-frame", "http-streaming", "sse"];

function stop(live, ended, connection, at_us) {
  const was = live.get(connection);
  if (was === undefined) return;
  live.delete(connection);
  const from_us = was.asked_us ?? was.opened_us;
  const span = { connection, left_us: from_us, arrived_us: Math.max(from_us, at_us) };
  (was.asked_us === undefined ? ended.open : ended.holds).push(span);
}

// All that was open broke.
export function broken(held, at_us) {
  const ended = { holds: [], open: [] };
  const live = new Map(held.live);
  for (const connection of held.live.keys()) stop(live, ended, connection, at_us);
  return {
    live,
    holds: insert(held.holds, ended.holds, end),
    open: insert(held.open, ended.open, end),
  };
}

// Without what ended before `from_us`, and what was silent for too long.
export function evict(held, from_us, now_us) {
  const old = (queue) => drop(queue, search(queue, ({ arrived_us }) => arrived_us > from_us));
  const silent = [...held.live].filter(([, { last_us }]) => last_us < now_us - SILENCE_US);
  let { live, open } = held;
  if (silent.length > 0) {
    live = new Map(held.live);
    const ended = { holds: [], open: [] };
    for (const [connection, { last_us }] of silent) stop(live, ended, connection, last_us);
    open = insert(open, ended.open, end);
  }
  return { live, holds: old(held.holds), open: old(open) };
}

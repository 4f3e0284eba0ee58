// How many connections of a transport are open at an instant? A connection is open from its first
// passage to its end.
//
// { live: Map(connection → the instant since which it is open), ended }: `ended` is a queue of
// { left_us, arrived_us }, in the order of the end, as passages do.

import { EMPTY_QUEUE, drop, get, insert, search } from "./queue.js";

export const NOT_CONNECTED = { live: new Map(), ended: EMPTY_QUEUE };

const end = ({ arrived_us }) => arrived_us;

export function extend(connected, passages) {
  const changes = passages.some(({ kind, connection }) => kind === "end" || !connected.live.has(connection));
  if (!changes) return connected;
  const live = new Map(connected.live);
  const ended = [];
  for (const { kind, connection, left_us, arrived_us } of passages) {
    if (kind !== "end") live.set(connection, Math.min(left_us, live.get(connection) ?? Infinity));
    else if (live.has(connection)) {
      ended.push({ left_us: live.get(connection), arrived_us });
      live.delete(connection);
    }
  }
  return { live, ended: insert(connected.ended, ended, end) };
}

// All that were open have ended, or their ends were missed: those that are open appear again with their
// next passage.
export function broken({ live, ended }, at_us) {
  const all = [...live.values()].map((left_us) => ({ left_us, arrived_us: Math.max(left_us, at_us) }));
  return { live: new Map(), ended: insert(ended, all, end) };
}

export const evict = ({ live, ended }, from_us) => ({
  live,
  ended: drop(ended, search(ended, ({ arrived_us }) => arrived_us > from_us)),
});

export function countOpen({ live, ended }, at_us) {
  let open = 0;
  for (const left_us of live.values()) if (left_us <= at_us) open += 1;
  for (let place = search(ended, ({ arrived_us }) => arrived_us > at_us); place < ended.length; place += 1) {
    if (get(ended, place).left_us <= at_us) open += 1;
  }
  return open;
}

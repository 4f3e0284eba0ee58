// What has a transport cost so far, and how late do its updates come? A pure function of its
// passages: `passages.reduce(count, ZERO_COUNTERS)`.
//
// { updates, requests, connections, bytes: { each class }, up, down, since_us, newest_us,
// latencies, around } and `seen`, which is for counting connections only. Bytes are both ways; `up` and `down` divide the
// same sum.
// Updates are deliveries: with two clients on a panel, each update counts twice.

import { EMPTY_QUEUE, drop, get, list, push, search } from "./queue.js";
import { NAMES } from "../shared/transports.js";
import { begins } from "./passage.js";

// From the payload outwards, as in every table.
export const CLASSES = [
  "payload",
  "format",
  "request_head",
  "response_head",
  "chunk",
  "websocket_frame",
  "idle",
  "setup",
  "tls",
];

const LATENCIES = 1_000; // the newest of them, for the percentile
const CONNECTIONS = 1_000; // those that are remembered one by one
const AROUND = 21; // arrivals of updates, so twenty spans from one to the next

export const ZERO_COUNTERS = {
  updates: 0,
  requests: 0, // handshakes included
  connections: 0,
  bytes: Object.fromEntries(CLASSES.map((name) => [name, 0])),
  up: 0,
  down: 0,
  since_us: undefined, // when the first passage left
  newest_us: undefined, // when the newest update that came was planned
  latencies: EMPTY_QUEUE, // in us, the newest last
  around: EMPTY_QUEUE, // { overhead, updates } when an update had come, the newest last
  seen: { numbers: new Set(), forgotten: -1 },
};

export const count = (counters, passage) => countAll(counters, [passage]);

// The same for many at once, without a set of counters for each.
export function countAll(counters, passages) {
  if (passages.length === 0) return counters;
  const next = { ...counters, bytes: { ...counters.bytes } };
  const latencies = [];
  const around = [];
  for (const passage of passages) {
    const { connection, direction, left_us, client_us, length, parts, updates } = passage;
    next.since_us ??= left_us;
    for (const part of parts) next.bytes[part.class] = (next.bytes[part.class] ?? 0) + part.length;
    next[direction] += length;
    if (direction === "up") {
      next.requests += requests(parts);
    } else {
      next.updates += updates.length;
      // The update that a client is told first, to know its place, was there before it asked.
      for (const { at_us } of updates) if (at_us >= next.since_us) latencies.push(client_us - at_us);
      for (const { at_us } of updates) next.newest_us = Math.max(next.newest_us ?? at_us, at_us);
      if (updates.length > 0) around.push({ overhead: overhead(next), updates: next.updates });
    }
    const seen = see(next.seen, connection);
    if (seen !== next.seen) next.connections += 1;
    next.seen = seen;
  }
  next.latencies = newest(counters.latencies, latencies, LATENCIES);
  next.around = newest(counters.around, around, AROUND);
  return next;
}

function requests(parts) {
  const head = (part) => part.class === "request_head" || part.class === "setup";
  return parts.reduce((sum, part) => sum + (head(part) && begins(part) ? 1 : 0), 0);
}

function newest(queue, more, most) {
  const all = push(queue, more);
  return drop(all, Math.max(0, all.length - most));
}

// Connections are numbered as they open, so a number up to a forgotten one is an old connection.
function see(seen, connection) {
  if (seen.numbers.has(connection) || connection <= seen.forgotten) return seen;
  const numbers = new Set(seen.numbers).add(connection);
  if (numbers.size <= CONNECTIONS) return { ...seen, numbers };
  const [oldest] = numbers;
  numbers.delete(oldest);
  return { numbers, forgotten: Math.max(seen.forgotten, oldest) };
}

// The latency of the newest update, in us; undefined before the first.
export const latency_now = ({ latencies }) => get(latencies, latencies.length - 1);

// For how long the next update has been due to a client that has not got it, in us, as far as other
// wires brought it; undefined where none is.
export function overdue_us({ planned }, { newest_us }, at_us) {
  if (newest_us === undefined) return undefined;
  const due = get(planned, search(planned, (update) => update.at_us > newest_us));
  return due && due.at_us < at_us ? at_us - due.at_us : undefined;
}

// The latency that 99 of 100 of the newest updates do not exceed (nearest rank), in us.
export function p99({ latencies }) {
  const sorted = Float64Array.from(list(latencies)).sort();
  return sorted[Math.ceil(0.99 * sorted.length) - 1];
}

// Bytes that are no update's text; without what opens a stream, as in every record.
export const overhead = ({ bytes, up, down }) => up + down - bytes.payload - bytes.setup;

// The same for each of the newest updates: from arrival to arrival, so that no half exchange is in
// it. Undefined before the second.
export function overheadPerUpdate({ around }) {
  const [first, last] = [get(around, 0), get(around, around.length - 1)];
  if (first === last) return undefined;
  return (last.overhead - first.overhead) / (last.updates - first.updates);
}

// The counters of a transport at an instant: of all that had arrived by then.
export const at = (log, transport, at_us) => follower(transport)(log, at_us);

// The same for who asks again and again: later instants cost only what is new since.
export function follower(transport) {
  let known; // { place, last, counters }: place in all that ever came, and the passage before it
  return (log, at_us) => {
    const { passages, dropped } = log.rows[transport];
    const end = dropped + search(passages, ({ arrived_us }) => arrived_us > at_us);
    const goesOn =
      known !== undefined &&
      known.place <= end &&
      known.place > dropped &&
      get(passages, known.place - dropped - 1) === known.last;
    const [start, before] = goesOn ? [known.place, known.counters] : [dropped, log.base[transport]];
    const counters = countAll(before, list(passages, start - dropped, end - dropped));
    known = { place: end, last: get(passages, end - dropped - 1), counters };
    return counters;
  };
}

// The counters of all eight at an instant, each with how long its next update has been due.
export function followers() {
  const all = NAMES.map((name) => [name, follower(name)]);
  return (log, at_us) => {
    const entry = ([name, follow]) => {
      const own = follow(log, at_us);
      return [name, { ...own, overdue_us: overdue_us(log, own, at_us) }];
    };
    return Object.fromEntries(all.map(entry));
  };
}

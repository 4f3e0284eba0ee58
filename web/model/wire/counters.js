// What has a transport cost, and how late were its updates, since the counters started (span.js)? A pure
// function of its passages: `passages.reduce(count, ZERO_COUNTERS)`.
//
// { updates, requests, bytes: { each class }, up, down, refused, start_us, since_us, newest_us,
// latencies, first, last }. Bytes are both ways; `up` and `down` divide the same sum. `at` adds what is
// not counted from passages: `bytes.tcp_ip`, `tcpIp`, `connections` and `span_us`.
// Updates are deliveries: with two clients on a panel, each update counts twice.

import { countOpen } from "./connected.js";
import { EMPTY_QUEUE, drop, get, list, push, search } from "./queue.js";
import { NAMES } from "../shared/transports.js";
import { begins, requestsIn } from "./passage.js";
import { startAt } from "./span.js";
import { between } from "./tcp-ip.js";

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

// With what the kernel adds to the bytes of the connections.
export const LEDGER = [...CLASSES, "tcp_ip"];

const LATENCIES = 1_000; // the newest of them, for the percentile

export const ZERO_COUNTERS = {
  updates: 0,
  requests: 0, // handshakes included
  bytes: Object.fromEntries(CLASSES.map((name) => [name, 0])),
  up: 0,
  down: 0,
  refused: 0, // bytes of answers that refused a WebSocket handshake
  published: 0, // bytes around the texts that clients sent, which are no cost of an update
  posting: new Set(), // connections whose newest request sent a text
  start_us: -Infinity, // what left before does not count
  since_us: undefined, // from which on an update has a latency
  newest_us: undefined, // when the newest update that came was planned
  latencies: EMPTY_QUEUE, // in us, the newest last
  first: undefined, // { overhead, updates, us } when the first update had come
  last: undefined, // and the newest
};

export const zeroAt = (start_us) => ({ ...ZERO_COUNTERS, start_us });

export const count = (counters, passage) => countAll(counters, [passage]);

// The same for many at once, without a set of counters for each.
export function countAll(counters, passages) {
  if (passages.length === 0) return counters;
  const next = { ...counters, bytes: { ...counters.bytes } };
  const latencies = [];
  for (const passage of passages) {
    const { direction, left_us, length, segments, refused } = passage;
    if (left_us < next.start_us) continue;
    // The first update was published before the client connected, so it has no latency.
    next.since_us ??= next.start_us === -Infinity ? left_us : next.start_us;
    for (const { class: name, length } of segments) next.bytes[name] = (next.bytes[name] ?? 0) + length;
    next[direction] += length;
    if (refused) next.refused += length;
    publish(next, passage);
    if (direction === "up") next.requests += requestsIn(passage.parts);
    else deliver(next, passage, latencies);
  }
  next.latencies = newest(counters.latencies, latencies);
  return next;
}

// Counts the bytes around a text that a client sent, and those of the response to it, which may come in
// several passages.
function publish(next, { sends, kind, connection, direction, length, parts, segments, updates }) {
  if (direction === "up" && !sends && parts.some(begins)) next.posting = without(next.posting, connection);
  const answers = direction === "down" && updates.length === 0 && next.posting.has(connection);
  if (!sends && !answers) return;
  const payload = segments.reduce((sum, { class: name, length }) => sum + (name === "payload" ? length : 0), 0);
  next.published += length - payload;
  if (kind === "request" && sends) next.posting = new Set([...next.posting, connection]);
}

const without = (set, gone) => (set.has(gone) ? new Set([...set].filter((one) => one !== gone)) : set);

function deliver(next, { client_us, updates }, latencies) {
  if (updates.length === 0) return;
  next.updates += updates.length;
  for (const { at_us } of updates) {
    if (at_us >= next.since_us) latencies.push(client_us - at_us);
    next.newest_us = Math.max(next.newest_us ?? at_us, at_us);
  }
  next.last = { overhead: overhead(next), updates: next.updates, us: client_us };
  next.first ??= next.last;
}

function newest(queue, more) {
  const all = push(queue, more);
  return drop(all, Math.max(0, all.length - LATENCIES));
}

// The median of the newest `count` latencies, in us; undefined before the first. A response of long polling
// brings updates of many ages, of which the newest is always the youngest.
export function medianLatency({ latencies }, count) {
  const newest = list(latencies, latencies.length - count).sort((a, b) => a - b);
  return newest[Math.floor(newest.length / 2)];
}

// The latency that is shown: the median of the newest updates, so that one late update does not change it.
const NEWEST = 20;
export const latency = (counters) => medianLatency(counters, NEWEST);

// For how long the next update has been due to a client that has not got it, in us, as far as other
// wires brought it; undefined where none is. A wire without a network brings none, and neither may any
// other: then the rate of the feed tells.
export function overdue_us(log, transport, { newest_us }, at_us) {
  if (newest_us === undefined) return undefined;
  const { planned } = log;
  const due = get(planned, search(planned, (update) => update.at_us > newest_us));
  const due_us = due?.at_us ?? expected_us(log, transport, newest_us, at_us);
  return due_us < at_us ? at_us - due_us : undefined;
}

function expected_us({ labs }, transport, newest_us, at_us) {
  const { feed, panels } = labs.findLast((state) => state.at_us <= at_us)?.lab ?? {};
  const panel = panels?.find((panel) => panel.transport === transport);
  return feed?.running && panel?.plugged === false ? newest_us + 1e6 / feed.rate_per_s : undefined;
}

// The latency that 99 of 100 of the newest updates do not exceed (nearest rank), in us.
export function p99({ latencies }) {
  const sorted = Float64Array.from(list(latencies)).sort();
  return sorted[Math.ceil(0.99 * sorted.length) - 1];
}

// Bytes that are no update's text; without what opens a stream, as in every record, without refused
// handshakes, and without what surrounds the texts that clients send.
export const overhead = ({ bytes, up, down, refused = 0, published = 0 }) =>
  up + down - bytes.payload - bytes.setup - refused - published;

// The same for each update: from arrival to arrival, so that no half exchange is in it. Undefined before
// the second.
export function overheadPerUpdate({ first, last }) {
  if (first === undefined || first.updates === last.updates) return undefined;
  return (last.overhead - first.overhead) / (last.updates - first.updates);
}

// And with the TCP/IP headers; undefined where they are not counted.
export function overheadPerUpdateWithTcpIp(counters) {
  const { first, last, tcpIp } = counters;
  const without = overheadPerUpdate(counters);
  if (without === undefined || tcpIp === undefined) return undefined;
  return without + tcpIp / (last.updates - first.updates);
}

// The counters of a transport at an instant: of all that had arrived by then.
export const at = (log, transport, at_us) => follower(transport)(log, at_us);

// The same for a caller that asks again and again: later instants cost only what is new since.
export function follower(transport) {
  let known; // { place, last, counters }: place in all that ever came, and the passage before it
  return (log, at_us) => {
    const { passages, dropped } = log.rows[transport];
    const start_us = startAt(log.starts, at_us);
    const end = dropped + search(passages, ({ arrived_us }) => arrived_us > at_us);
    const goesOn =
      known !== undefined &&
      known.counters.start_us === start_us &&
      known.place <= end &&
      known.place > dropped &&
      get(passages, known.place - dropped - 1) === known.last;
    const base = log.base[transport].start_us === start_us ? log.base[transport] : zeroAt(start_us);
    const [start, before] = goesOn ? [known.place, known.counters] : [dropped, base];
    const counters = countAll(before, list(passages, start - dropped, end - dropped));
    known = { place: end, last: get(passages, end - dropped - 1), counters };
    return complete(log, transport, counters, at_us);
  };
}

function complete(log, transport, counters, at_us) {
  const { connected, tcp_ip } = log.rows[transport];
  const { since_us, first, last, bytes, start_us } = counters;
  return {
    ...counters,
    bytes: { ...bytes, tcp_ip: since_us === undefined ? undefined : between(tcp_ip, since_us, at_us) },
    tcpIp: first && between(tcp_ip, first.us, last.us), // from the first arrival to the last
    connections: countOpen(connected, at_us), // that are open at the instant
    span_us: Math.max(0, at_us - Math.max(start_us, log.opened_us ?? at_us)),
  };
}

// The counters of all transports at an instant, each with how long its next update has been due.
export function followers() {
  const all = NAMES.map((name) => [name, follower(name)]);
  return (log, at_us) => {
    const entry = ([name, follow]) => {
      const own = follow(log, at_us);
      return [name, { ...own, overdue_us: overdue_us(log, name, own, at_us) }];
    };
    return Object.fromEntries(all.map(entry));
  };
}

// What does the page know of the wires, and since when? A log is a value: `add` returns the next
// one and leaves the one before as it was, so a pause just keeps the log of that instant.
//
// {
//   rows: { transport: { passages, dropped, longest_us, held, connected, tcp_ip } }, passages in order
//     of arrival
//   base: { transport: counters of what was dropped before the first kept passage },
//   starts: since when the counters count (span.js),
//   planned: the updates seen on any wire, { seq, at_us } in the order of their instants,
//   labs: [{ at_us, lab }], the states of the lab, the newest last,
//   missed: passages that this viewer was too slow for,
//   shared: whether all panels come from one port,
//   sent_us: the newest instant, from_us: the instant from which on nothing was dropped,
//   opened_us: the first instant,
// }
//
// Lists are queues (queue.js). Bounded three ways: age, number, and the text of the bytes.

import * as connected from "./connected.js";
import { ZERO_COUNTERS, countAll, zeroAt } from "./counters.js";
import * as held from "./held.js";
import { EMPTY_QUEUE, drop, get, insert, list, search } from "./queue.js";
import { NAMES } from "../shared/transports.js";
import { passages } from "./passage.js";
import * as span from "./span.js";
import * as tcp_ip from "./tcp-ip.js";

export const KEPT_US = 120_000_000;
export const KEPT_PASSAGES = 20_000;
export const KEPT_CHARACTERS = 32 * 1024 * 1024;
const KEPT_LABS = 1_000;

const each = (value) => Object.fromEntries(NAMES.map((name) => [name, value]));

export const EMPTY_LOG = {
  rows: each({
    passages: EMPTY_QUEUE,
    dropped: 0,
    longest_us: 0,
    held: held.NOTHING_HELD,
    connected: connected.NOT_CONNECTED,
    tcp_ip: tcp_ip.NOT_COUNTED,
  }),
  base: each(ZERO_COUNTERS),
  starts: span.OPENED,
  planned: EMPTY_QUEUE,
  labs: [],
  missed: 0,
  shared: false,
  sent_us: undefined,
  from_us: undefined,
  opened_us: undefined,
  nextId: 1,
  passages: 0,
  characters: 0,
};

const arrival = ({ arrived_us }) => arrived_us;
const flight_us = ({ left_us, arrived_us }) => arrived_us - left_us;

export function add(log, message) {
  const sent_us = Math.max(log.sent_us ?? 0, message.sent_us);
  let next = { ...log, sent_us, from_us: log.from_us ?? sent_us, opened_us: log.opened_us ?? sent_us };
  next.missed += message.missed ?? 0;
  if (message.missed) next.rows = changeRows(next.rows, NAMES, (row) => lose(row, message.sent_us));
  if (message.lost) next.rows = changeRows(next.rows, NAMES, (row) => lose(breakOff(row, message.sent_us), message.sent_us));
  if (message.lab) next = changed(next, message.lab, message.sent_us);
  if (message.wire) next = arrived(next, passages(message, log.nextId));
  if (message.tcp_ip_bytes && !next.shared) next.rows = reported(next.rows, message.tcp_ip_bytes, message.sent_us);
  return evict(next);
}

// The log whose counters start again at an instant.
export const reset = (log, at_us) => ({ ...log, starts: span.start(log.starts, at_us) });

// The log of panels that come from one port from an instant on, or, where not `shared`, from a port each
// again. The kernel's counts of a shared port belong to no transport, so they are left out, and the
// counters start again.
export function share(log, shared, at_us) {
  const rows = changeRows(log.rows, NAMES, (row) => ({ ...row, tcp_ip: tcp_ip.NOT_COUNTED }));
  return { ...reset(log, at_us), rows, shared };
}

function changed(log, lab, at_us) {
  const before = log.labs.at(-1)?.lab;
  const rows = changeRows(log.rows, broken(before, lab), (row) => breakOff(row, at_us));
  const start_us = span.startOfChange(before, lab, at_us);
  const starts = start_us === undefined ? log.starts : span.start(log.starts, start_us);
  return { ...log, rows, starts, labs: [...log.labs, { at_us, lab }].slice(-KEPT_LABS) };
}

function changeRows(rows, names, change) {
  return { ...rows, ...Object.fromEntries(names.map((name) => [name, change(rows[name])])) };
}

const disconnect = (row, at_us) => ({ ...row, connected: connected.broken(row.connected, at_us) });

// Passages were lost with the connection, or because this viewer was too slow.
const lose = (row, at_us) => ({ ...disconnect(row, at_us), tcp_ip: tcp_ip.broken(row.tcp_ip) });

const breakOff = (row, at_us) => disconnect({ ...row, held: held.broken(row.held, at_us) }, at_us);

function reported(rows, counted, at_us) {
  const names = NAMES.filter((name) => counted[name] !== undefined);
  return { ...rows, ...Object.fromEntries(names.map((name) => [name, report(rows[name], at_us, counted[name])])) };
}

const report = (row, at_us, counted) => ({ ...row, tcp_ip: tcp_ip.extend(row.tcp_ip, at_us, counted) });

// A pulled plug, and another way to the server, break what is open.
function broken(before, lab) {
  const cut = lab.panels.filter(({ transport, plugged, proxy }) => {
    const was = before?.panels.find((panel) => panel.transport === transport);
    return !plugged || (was !== undefined && was.proxy !== proxy);
  });
  return cut.map(({ transport }) => transport);
}

function arrived(log, news) {
  const rows = { ...log.rows };
  const kept = news.filter(({ kind }) => kind !== "end");
  for (const [transport, own] of group(news)) {
    const row = rows[transport];
    const passages = own.filter(({ kind }) => kind !== "end");
    rows[transport] = {
      ...row,
      passages: insert(row.passages, passages, arrival),
      longest_us: Math.max(row.longest_us, ...passages.map(flight_us)),
      held: held.extend(row.held, own),
      connected: connected.extend(row.connected, own),
    };
  }
  return {
    ...log,
    rows,
    planned: plan(log.planned, kept),
    nextId: log.nextId + news.length,
    passages: log.passages + kept.length,
    characters: log.characters + kept.reduce((sum, passage) => sum + characters(passage), 0),
  };
}

function group(news) {
  const groups = new Map();
  for (const passage of news) {
    if (!groups.has(passage.transport)) groups.set(passage.transport, []);
    groups.get(passage.transport).push(passage);
  }
  return groups;
}

// About what a part costs beside its text.
const characters = ({ parts, encrypted = "" }) =>
  parts.reduce((sum, { bytes }) => sum + bytes.length + 100, encrypted.length);

const planned_us = ({ at_us }) => at_us;

// Each update once, whichever wire it came on first.
function plan(planned, news) {
  const fresh = new Map();
  for (const { updates, direction } of news) {
    if (direction === "up") continue;
    for (const update of updates) {
      const key = `${update.at_us} ${update.seq}`;
      if (!fresh.has(key) && !isPlanned(planned, update)) fresh.set(key, update);
    }
  }
  return insert(planned, [...fresh.values()], planned_us);
}

function isPlanned(planned, { seq, at_us }) {
  let place = search(planned, (other) => other.at_us >= at_us);
  for (; get(planned, place)?.at_us === at_us; place += 1) {
    if (get(planned, place).seq === seq) return true;
  }
  return false;
}

// Leaves out the oldest until the log is within its bounds, and counts them into `base`.
function evict(log) {
  const old_us = log.sent_us - KEPT_US;
  const gone = each(0);
  let { passages, characters: left } = log;
  let gone_us = old_us;
  for (;;) {
    const oldest = first(log.rows, gone);
    const over = passages > KEPT_PASSAGES || left > KEPT_CHARACTERS;
    if (oldest === undefined || !(over || oldest.arrived_us <= old_us)) break;
    gone[oldest.transport] += 1;
    passages -= 1;
    left -= characters(oldest);
    gone_us = Math.max(gone_us, oldest.arrived_us);
  }
  const [rows, base] = [{}, {}];
  const starts = span.evict(log.starts, gone_us);
  for (const [name, row] of Object.entries(log.rows)) {
    const before = log.base[name].start_us === starts[0] ? log.base[name] : zeroAt(starts[0]);
    base[name] = countAll(before, list(row.passages, 0, gone[name]));
    rows[name] = {
      ...row,
      passages: drop(row.passages, gone[name]),
      dropped: row.dropped + gone[name],
      held: held.evict(row.held, gone_us, log.sent_us),
      connected: connected.evict(row.connected, gone_us),
      tcp_ip: tcp_ip.evict(row.tcp_ip, gone_us, base[name]),
    };
  }
  const planned = drop(log.planned, search(log.planned, ({ at_us }) => at_us > gone_us));
  const labs = since(log.labs, gone_us);
  const from_us = Math.max(log.from_us, gone_us);
  return { ...log, rows, base, starts, planned, labs, passages, characters: left, from_us };
}

// The oldest passage of those that are left.
function first(rows, gone) {
  let oldest;
  for (const name in rows) {
    const passage = get(rows[name].passages, gone[name]);
    if (passage && !(oldest?.arrived_us <= passage.arrived_us)) oldest = passage;
  }
  return oldest;
}

// The states from an instant on, and the one that held until then.
function since(labs, from_us) {
  const after = labs.findIndex(({ at_us }) => at_us > from_us);
  const keep = (after === -1 ? labs.length : after) - 1;
  return keep > 0 ? labs.slice(keep) : labs;
}

// The passages of a transport that were under way at some instant between the two.
export function between(log, transport, from_us, to_us) {
  const { passages, longest_us } = log.rows[transport];
  return during(passages, longest_us, from_us, to_us);
}

// Of things that lie in the order of their end, and of which none takes longer than `longest_us`.
export function during(queue, longest_us, from_us, to_us) {
  const found = [];
  let place = search(queue, ({ arrived_us }) => arrived_us > from_us);
  for (; place < queue.length; place += 1) {
    const thing = get(queue, place);
    if (thing.arrived_us - longest_us >= to_us) break;
    if (thing.left_us < to_us) found.push(thing);
  }
  return found;
}

// The state of the lab that held at an instant; before the first, the first.
export function labAt(log, at_us) {
  const after = log.labs.findIndex((state) => state.at_us > at_us);
  return log.labs[after === -1 ? log.labs.length - 1 : Math.max(0, after - 1)]?.lab;
}

// When a transport's plug was out: [{ from_us, to_us }], cut to the two instants.
export function unplugged(log, transport, from_us, to_us) {
  const spans = [];
  let out;
  const end = (until_us) => {
    const span = { from_us: Math.max(out, from_us), to_us: Math.min(until_us, to_us) };
    if (span.from_us < span.to_us) spans.push(span);
  };
  for (const { at_us, lab } of log.labs) {
    const plugged = lab.panels.find((panel) => panel.transport === transport)?.plugged ?? true;
    if (!plugged) out ??= at_us;
    else if (out !== undefined) {
      end(at_us);
      out = undefined;
    }
  }
  if (out !== undefined) end(to_us);
  return spans;
}

// When the first update after an instant (`way` 1) was due, or the last before it (−1); undefined:
// none is known.
export function dueBeside({ planned }, us, way) {
  const place = search(planned, ({ at_us }) => (way > 0 ? at_us > us : at_us >= us));
  return get(planned, way > 0 ? place : place - 1)?.at_us;
}

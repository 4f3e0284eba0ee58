// What does a panel know, given what has happened? A pure function of its log:
// `log.reduce(panel, EMPTY_PANEL)`.
//
// An event is { kind, value, at }: what a page client reports (transports/interface.js), and when,
// `at` in milliseconds since the Unix epoch.

import { follow, seqOf } from "../../transports/parts/place.js";

export const EMPTY_PANEL = {
  updates: 0,
  requests: 0,
  bytes: 0,
  gaps: 0, // updates that never arrived, without a notice
  repeats: 0, // updates that came again
  missed: 0, // updates that left the history, according to the notices
  startedOver: 0, // how often the feed started over, according to the notices
  cuts: 0,
  cut: false,
  cut_at: undefined, // the first cut since the last update
  recovered_ms: undefined, // from that cut to the update that came after it
  after: undefined, // the cursor with which a client resumes
  latest: [], // the newest first
};

const KEPT = 20;

export function panel(state, { kind, value, at }) {
  switch (kind) {
    case "request":
      return { ...state, requests: state.requests + 1 };
    case "bytes":
      return { ...state, bytes: state.bytes + value, cut: false };
    case "open":
      return { ...state, cut: false };
    case "cut":
      return { ...cutOff(state, at), cuts: state.cuts + 1 };
    case "message":
      return value.seq === undefined ? notice(state, value) : update(state, value, at);
    default:
      throw new Error(`no such kind of event: ${kind}`);
  }
}

// Whoever asks in vain is cut again and again; it recovers from the first time.
const cutOff = (state, at) => ({ ...state, cut: true, cut_at: state.cut_at ?? at, recovered_ms: undefined });

function notice(state, value) {
  return {
    ...state,
    missed: state.missed + value.missed,
    startedOver: state.startedOver + (value.started_over ? 1 : 0),
    after: follow(state.after ?? 0, value),
  };
}

function update(state, value, at) {
  const { seq, at_us, data } = value;
  const before = state.after === undefined ? seq - 1 : seqOf(state.after);
  // Both sides in whole milliseconds, or an update could seem to arrive before it was planned.
  const latency_ms = at - Math.floor(at_us / 1000);
  return {
    ...state,
    updates: state.updates + 1,
    gaps: state.gaps + Math.max(0, seq - before - 1),
    repeats: state.repeats + (seq <= before ? 1 : 0),
    cut_at: undefined,
    recovered_ms: state.cut_at === undefined ? state.recovered_ms : at - state.cut_at,
    after: seq > before ? follow(state.after, value) : state.after,
    latest: [{ seq, data: shown(data), latency_ms }, ...state.latest].slice(0, KEPT),
  };
}

// Anybody may publish anything: a price, what a panel said, or whatever else.
const shown = (data) => data?.price ?? data?.said ?? data;

// The latency that half of the latest updates stay below; undefined before the first.
export function median(latest) {
  const sorted = latest.map(({ latency_ms }) => latency_ms).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

// How long do updates wait before they arrive? A pure function of the counters.

import { list } from "../wire/queue.js";

const NEWEST = 20;
const ENOUGH = 10;

// { from_us, to_us }: the shortest and the longest latency of the newest updates; undefined before
// there are enough. One response brings updates of many ages, so neither the newest nor the mean
// shows the wait.
export function waits({ latencies }) {
  if (latencies.length < ENOUGH) return undefined;
  const newest = list(latencies, latencies.length - NEWEST);
  return { from_us: Math.min(...newest), to_us: Math.max(...newest) };
}

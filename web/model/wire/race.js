// Which transport spends the most bytes in addition to the updates themselves?

import { ZERO_COUNTERS, overhead, overheadPerUpdate, overheadPerUpdateWithTcpIp } from "./counters.js";
import { TRANSPORTS } from "../shared/transports.js";

// `counters`: { transport: counters }. Rows in the order of every table, `share` of the largest
// (0 to 1).
export function race(counters) {
  const rows = TRANSPORTS.map(({ name: transport }) => {
    const own = counters[transport] ?? ZERO_COUNTERS;
    return { transport, overhead: overhead(own), updates: own.updates };
  });
  const largest = Math.max(...rows.map((row) => row.overhead));
  return rows.map((row) => ({ ...row, share: largest === 0 ? 0 : row.overhead / largest }));
}

// The minimum number of updates after which an average no longer jumps.
const ENOUGH = 5;

// { long, socket, tcpIp }: the overhead of an update by long polling and by WebSocket, with TCP/IP headers
// if `tcpIp`; undefined before there are enough updates of both.
export function comparison(longPolling, webSocket) {
  const both = [longPolling, webSocket];
  if (!both.every(({ first, last }) => first && last.updates - first.updates >= ENOUGH)) return undefined;
  const [long, socket] = both.map(overheadPerUpdateWithTcpIp);
  if (long !== undefined && socket !== undefined) return { long, socket, tcpIp: true };
  return { long: overheadPerUpdate(longPolling), socket: overheadPerUpdate(webSocket), tcpIp: false };
}

// The scale of all piles: the smallest step that the largest of them does not exceed, in bytes.
const SMALLEST_FULL = 4_000;
export function fullPile(counters) {
  const most = Math.max(0, ...Object.values(counters).map(total));
  let full = SMALLEST_FULL;
  while (full < most) full *= 2;
  return full;
}

// All bytes of a transport, with TCP/IP headers where they are counted.
export const total = ({ up, down, bytes }) => up + down + (bytes.tcp_ip ?? 0);

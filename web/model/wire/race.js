// Who spends the most beside the updates themselves?

import { ZERO_COUNTERS, overhead, overheadPerUpdate } from "./counters.js";
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

// So many updates make a ratio that no longer jumps.
const ENOUGH = 5;

// { long, socket, times }: the overhead of an update by long polling and on WebSocket, and how many
// times as much the one is; undefined before there is enough of both.
export function ratio(longPolling, webSocket) {
  if (longPolling.around.length <= ENOUGH || webSocket.around.length <= ENOUGH) return undefined;
  const [long, socket] = [overheadPerUpdate(longPolling), overheadPerUpdate(webSocket)];
  return socket > 0 ? { long, socket, times: long / socket } : undefined;
}

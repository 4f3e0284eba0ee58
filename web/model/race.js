// Who spends the most beside the updates themselves?

import { NONE, overhead, overheadPerUpdate } from "./counters.js";
import { TRANSPORTS } from "./transports.js";

// `counters`: { transport: counters }. Rows in the order of every table, `share` of the largest
// (0 to 1); `leader` is the name that spent the least of those that brought updates.
export function race(counters) {
  const rows = TRANSPORTS.map(({ name: transport }) => {
    const own = counters[transport] ?? NONE;
    return { transport, overhead: overhead(own), updates: own.updates };
  });
  const largest = Math.max(...rows.map((row) => row.overhead));
  const running = rows.filter(({ updates }) => updates > 0);
  const least = Math.min(...running.map((row) => row.overhead));
  return {
    rows: rows.map((row) => ({ ...row, share: largest === 0 ? 0 : row.overhead / largest })),
    leader: running.find((row) => row.overhead === least)?.transport,
  };
}

// How many times the overhead of an update on WebSocket one by long polling has.
export function ratio(longPolling, webSocket) {
  const [long, socket] = [overheadPerUpdate(longPolling), overheadPerUpdate(webSocket)];
  return long === undefined || !(socket > 0) ? undefined : long / socket;
}

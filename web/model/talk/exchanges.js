// How many bytes of overhead does a request with its response have, if the response carries an update?
//
// Neither a response without an update nor the time between two requests changes this number, so it is
// the same on a slow computer and in a recording.

import { TRANSPORTS } from "../shared/transports.js";
import { begins } from "../wire/passage.js";
import { list } from "../wire/queue.js";

// The mean of these exchanges, in bytes; undefined without any. `passages`: those of one transport, in
// order of arrival.
export function overheadPerExchange(passages) {
  const exchanges = [];
  const open = new Map(); // the newest exchange of each connection
  for (const { connection, direction, parts, updates } of passages) {
    if (direction === "up" && parts.some((part) => part.class === "request_head" && begins(part))) {
      const exchange = { overhead: 0, updates: 0 };
      open.set(connection, exchange);
      exchanges.push(exchange);
    }
    const own = open.get(connection);
    // The response to a request that is not known.
    if (own === undefined) continue;
    own.overhead += parts.reduce((sum, part) => sum + (part.class === "payload" ? 0 : part.length), 0);
    own.updates += updates.length;
  }
  const carrying = exchanges.filter(({ updates }) => updates > 0);
  if (carrying.length === 0) return undefined;
  return carrying.reduce((sum, { overhead }) => sum + overhead, 0) / carrying.length;
}

// Only these have complete exchanges, one after the other.
const POLLING = TRANSPORTS.filter(({ when }) => when === "now").map(({ name }) => name);

// The counters, for transports that poll with `overheadPerExchange` of what has arrived since they started.
export function withExchanges(counters, log, at_us) {
  const entry = (name) => {
    const { start_us } = counters[name];
    const arrived = list(log.rows[name].passages).filter(({ left_us, arrived_us }) => left_us >= start_us && arrived_us <= at_us);
    return [name, { ...counters[name], overheadPerExchange: overheadPerExchange(arrived) }];
  };
  return { ...counters, ...Object.fromEntries(POLLING.map(entry)) };
}

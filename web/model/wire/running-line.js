// Which line of its client does a transport run? A pure function of log and time.
//
// A client is in one of these steps:
//   ask      its request, or its handshake, is on its way to the server
//   wait     the server has it and says nothing: it holds the request, or the stream is open
//   receive  something is on its way to the client
//   update   an update has arrived: a step without duration
//   pause    the response is complete, and the next request is not due yet
//   cut      the connection is lost, and the client has not connected again

import { unplugged } from "./log.js";
import { asks, begins } from "./passage.js";
import { get, search } from "./queue.js";
import { refusal } from "./refusal.js";
import { TRANSPORTS } from "../shared/transports.js";

export const STEPS = ["ask", "wait", "receive", "update", "pause", "cut"];

const NEWEST = 40; // passages of a transport that are looked at

const KEPT_OPEN = new Set(
  TRANSPORTS.filter(({ when }) => when === "never" || when === "upgraded").map(({ name }) => name),
);

// { now, ran }: the step at `at_us`, undefined where nothing is known yet; and the steps that began
// after `since_us` and up to then, in order, so that a short step is not missed between two pictures.
export function running(log, transport, at_us, since_us = at_us) {
  const passages = begun(log, transport, at_us);
  const isIn = (us) => us > since_us && us <= at_us;
  const began = passages.flatMap(({ direction, left_us, arrived_us, updates }) => {
    const [leaves, arrives] = direction === "up" ? ["ask", "wait"] : ["receive", "update"];
    const steps = isIn(left_us) ? [{ us: left_us, step: leaves }] : [];
    if (isIn(arrived_us) && (arrives === "wait" || updates.length > 0)) steps.push({ us: arrived_us, step: arrives });
    return steps;
  });
  const ran = began.sort((a, b) => a.us - b.us).map(({ step }) => step);
  return { now: step(log, transport, passages.at(-1), at_us), ran: [...new Set(ran)] };
}

function step(log, transport, newest, at_us) {
  // Until when the plug was out; `at_us` while it is.
  const out_us = unplugged(log, transport, -Infinity, at_us).at(-1)?.to_us;
  if (newest === undefined) return out_us === undefined ? undefined : "cut";
  const { direction, left_us, arrived_us } = newest;
  // What was on its way when the connection was cut never arrives.
  if (out_us !== undefined && left_us <= out_us) return "cut";
  if (direction === "up") return at_us < arrived_us ? "ask" : "wait";
  if (at_us < arrived_us) return "receive";
  if (refusal(log, transport, at_us)) return "cut";
  return KEPT_OPEN.has(transport) ? "wait" : "pause";
}

// The newest passages that had begun by an instant, in the order in which they left: requests for the
// feed, and what came down on their connections. What a client publishes is no step.
function begun(log, transport, at_us) {
  const { passages, longest_us } = log.rows[transport];
  const found = [];
  const first = search(passages, ({ arrived_us }) => arrived_us > at_us);
  for (let place = first; place < passages.length; place += 1) {
    const passage = get(passages, place);
    if (passage.arrived_us - longest_us > at_us) break;
    if (passage.left_us <= at_us) found.push(passage);
  }
  for (let place = first - 1; place >= Math.max(0, first - NEWEST); place -= 1) found.unshift(get(passages, place));
  found.sort((a, b) => a.left_us - b.left_us);
  const publishing = new Set(); // connections
  return found.filter((passage) => {
    const { connection, direction, parts, kind } = passage;
    if (kind === "tls") return false;
    if (direction === "down") return !publishing.has(connection);
    const isAsk = parts.some(asks);
    if (isAsk) publishing.delete(connection);
    else if (parts.some(begins)) publishing.add(connection);
    return isAsk;
  });
}

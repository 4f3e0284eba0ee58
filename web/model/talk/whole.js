// How many requests and updates have passed on each wire since the log began? The counters of a row
// start again with each change of the lab, but a response that is open goes on.

import { requestsIn } from "../wire/passage.js";

const NONE = { requests: 0, updates: 0 };

// { requests, updates } by transport, with what a message of the lab tells.
export function whole(before, { wire = [] }) {
  const all = { ...before };
  for (const { transport, direction, parts, updates } of wire) {
    const own = all[transport] ?? NONE;
    const asked = direction === "up" ? requestsIn(parts) : 0;
    const came = direction === "down" ? updates.length : 0;
    all[transport] = { requests: own.requests + asked, updates: own.updates + came };
  }
  return all;
}

// The counters with it, and with the bytes of the newest WebSocket handshake and of the newest frame's
// header.
export function withWhole(counters, all, newest = {}) {
  const entries = Object.entries(counters).map(([name, own]) => [name, { ...own, whole: all[name] }]);
  const { websocket, ...others } = Object.fromEntries(entries);
  return { ...others, websocket: { ...websocket, ...sizes(newest) } };
}

// The first frame may come together with the response.
const setup = ({ parts }) => parts.reduce((sum, part) => sum + (part.class === "setup" ? part.length : 0), 0);

const sizes = ({ handshake, frame }) => ({
  handshake: handshake && setup(handshake.up) + setup(handshake.down),
  frame: frame?.parts.find((part) => part.class === "websocket_frame")?.length,
});

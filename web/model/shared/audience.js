// What does somebody in the audience have chosen, and what may they do?

import { TRANSPORTS } from "./transports.js";

// The transport that the address names (`#sse`); undefined where it names none.
export const chosen = (hash) => TRANSPORTS.find(({ name }) => hash === `#${name}`);

// Whether this reader may publish, as the lab stands. Without a lab everybody may.
export const mayPublish = (lab) => !lab || lab.presenter || lab.audience.may_publish;

// RFC 1122, section 3.2.1.3, and RFC 4291, section 2.5.3.
const LOOPBACK = /^(127\.[\d.]+|\[::1\]|localhost)$/;

// Whether phones can join: the lab's address leads to it from other computers, too.
export const canJoin = (lab) => Boolean(lab?.join_url) && !LOOPBACK.test(new URL(lab.join_url).hostname);

const SHORTEST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;

// The time before the server is asked again, after this number of failures: longer each
// time, and not all phones of a room at once. `chance` is from 0 to 1.
export function pause_ms(tries, chance) {
  const longest_ms = Math.min(SHORTEST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
  return longest_ms * (0.5 + chance / 2);
}

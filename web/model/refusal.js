// Does the server refuse what a transport asks for? A pure function of log and time.

import { get, search } from "./queue.js";
import { text } from "./wire.js";

const STATUS = /^HTTP\/1\.\d ([45]\d\d)/;
const decoder = new TextDecoder();

// The status code where the newest that came down a transport's wire is an error (RFC 9110,
// section 15); else undefined.
export function refusal(log, transport, at_us) {
  const { passages } = log.rows[transport];
  for (let place = search(passages, ({ arrived_us }) => arrived_us > at_us) - 1; place >= 0; place -= 1) {
    const { direction, parts } = get(passages, place);
    if (direction === "down") return STATUS.exec(decoder.decode(text(parts[0])))?.[1];
  }
  return undefined;
}

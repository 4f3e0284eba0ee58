// Does the server refuse what a transport asks for? A pure function of log and time.

import { get, search } from "./queue.js";
import { asks, begins, text } from "./passage.js";

const STATUS = /^HTTP\/1\.\d ([45]\d\d)/;
const decoder = new TextDecoder();

// The status code where the newest answer to what a transport asked for is an error (RFC 9110,
// section 15); else undefined.
export function refusal(log, transport, at_us) {
  const { passages } = log.rows[transport];
  const answers = new Map(); // by connection, to what was asked before them
  for (let place = search(passages, ({ arrived_us }) => arrived_us > at_us) - 1; place >= 0; place -= 1) {
    const passage = get(passages, place);
    const { connection, direction, parts, updates, kind } = passage;
    if (kind === "tls") continue;
    if (direction === "down" && updates.length > 0) return undefined;
    if (direction === "down") answers.set(connection, passage);
    else if (parts.some(asks) && answers.has(connection)) return status(answers.get(connection));
    else if (parts.some(begins)) answers.delete(connection); // they were to what is published
  }
  return undefined;
}

const status = ({ first }) => first && STATUS.exec(decoder.decode(text(first)))?.[1];

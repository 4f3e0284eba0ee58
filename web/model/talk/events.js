// What would a panel have noticed of a passage on its wire? Events for the panel's own model
// (model/panel/state.js), from what was recorded.

import { requestsIn, text } from "../wire/passage.js";

const decoder = new TextDecoder();

export function events({ direction, parts, updates, client_us, kind }) {
  const at = Math.floor(client_us / 1000);
  if (direction === "up") {
    return Array.from({ length: requestsIn(parts) }, () => ({ kind: "request", at }));
  }
  if (kind === "handshake") return [{ kind: "open", at }];
  const bytes = body(parts).reduce((sum, { length }) => sum + length, 0);
  const came = messages({ parts });
  // The instants and numbers of a replay are not those of the recorded texts. (What was there before
  // the recording is no update of it.)
  const told = came.slice(-updates.length || came.length).map((message, nth) => ({ ...message, ...updates[nth] }));
  return [
    ...(bytes ? [{ kind: "bytes", value: bytes, at }] : []),
    ...told.map((value) => ({ kind: "message", value, at })),
  ];
}

const body = (parts) => parts.filter(({ class: name }) => name === "payload" || name === "format");

// The document that a passage brought; undefined where it brought none.
export function page({ direction, parts }) {
  if (direction === "up" || body(parts).length === 0) return undefined;
  return body(parts).map((part) => decoder.decode(text(part))).join("");
}

// The messages in a passage, as far as they are whole.
export const messages = ({ parts }) => parts.filter((part) => part.class === "payload").flatMap(parsed);

function parsed(part) {
  try {
    return [JSON.parse(decoder.decode(text(part)))];
  } catch {
    return []; // it is cut, and the rest comes with the next passage
  }
}

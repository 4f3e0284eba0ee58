// After which update does a client continue?
//
// `after` is the cursor "42.iy6m": the seq of the last update that the client has, and a check of
// that update, by which the server recognizes a position of an earlier feed. It is undefined before
// the first response. Then the server sends the newest update at once, so a client that receives an
// empty response is at 0.

// The query of a request; `more` are further parameters.
export function query(after, more = []) {
  const parameters = after === undefined ? more : [`after=${after}`, ...more];
  return parameters.length === 0 ? "" : `?${parameters.join("&")}`;
}

export const seqOf = (after) => parseInt(after, 10);

// The check is `at_us` modulo a prime, in base 36 with four digits.
const check = (at_us) => (at_us % 1048573).toString(36).padStart(4, "0");

// A message is an update, or a notice of what left the history: `{"missed":5}` counts from the
// client's position, `{"started_over":true,"missed":5}` from the start of the new feed. After a
// notice the check is unknown, because the client does not have the update before its position.
export function follow(after, message) {
  if (message.seq !== undefined) return `${message.seq}.${check(message.at_us)}`;
  return message.started_over ? message.missed : seqOf(after) + message.missed;
}

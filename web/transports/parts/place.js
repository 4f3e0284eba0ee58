// At which place of the feed does a client go on?
//
// `after` is the seq of the last update that it has; undefined before the first answer. Then the
// server sends the newest update at once, so whoever got an empty answer is at place 0.

export const query = (after) => (after === undefined ? "" : `?after=${after}`);

// A message is an update, or a notice of what left the history: `{"missed":5}` counts from the
// client's place, `{"started_over":true,"missed":5}` from the start of the new feed.
export function follow(after, message) {
  if (message.seq !== undefined) return message.seq;
  return message.started_over ? message.missed : after + message.missed;
}

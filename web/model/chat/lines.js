// What does a chat show of the feed? Lines that people said, and between them how much else came.
// A pure function of its messages: `messages.reduce(chat, EMPTY_CHAT)`.
//
// An entry is { kind: "line", seq, id, from, said }, or { kind: "others", count, newest } for updates
// in a row that are no lines, or { kind: "missed", count } for a notice.

import { follow, seqOf } from "../../transports/parts/place.js";

const KEPT = 200; // entries

export const EMPTY_CHAT = { after: undefined, entries: [] };

export function chat(state, message) {
  if (message.seq === undefined) return notice(state, message);
  // What comes again after a disconnect is there already.
  if (state.after !== undefined && message.seq <= seqOf(state.after)) return state;
  return { after: follow(state.after, message), entries: append(state.entries, entryOf(message)) };
}

function notice({ after, entries }, message) {
  const missed = { kind: "missed", count: message.missed };
  return { after: follow(after ?? 0, message), entries: append(entries, missed) };
}

// Anybody may have published it, so it may be anything.
function entryOf({ seq, data }) {
  const { said, from, id } = data ?? {};
  if (typeof said !== "string") return { kind: "others", count: 1, newest: data };
  return { kind: "line", seq, said, from: typeof from === "string" ? from : undefined, id };
}

function append(entries, entry) {
  const last = entries.at(-1);
  if (entry.kind !== "others" || last?.kind !== "others") return [...entries, entry].slice(-KEPT);
  return [...entries.slice(0, -1), { ...entry, count: last.count + 1 }];
}

// The entries that do not change any more, and the last one while it still counts other updates.
export function settled(entries) {
  const last = entries.at(-1);
  return last?.kind === "others" ? { list: entries.slice(0, -1), counting: last } : { list: entries };
}

// What makes a list that shows `before` show `now`: how many leave at its start, and which are new.
export function changes(before, now) {
  const first = before.indexOf(now[0]);
  const gone = first === -1 ? before.length : first;
  return { gone, added: now.slice(before.length - gone) };
}

// What is published for a line.
export const lineOf = (from, id, said) => JSON.stringify({ from, id, said });

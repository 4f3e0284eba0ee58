// What does the same update cost by long polling and on WebSocket? Its bytes on both wires, in rows
// that stand side by side. A pure function of log and seq.

import { dissect } from "./dissect.js";
import { list, search } from "./queue.js";
import { asks, passages } from "./passage.js";

const PAIR = ["long-polling", "websocket"];
const NEWEST = 400; // passages of a transport among which an update is looked for
const TRIED = 20; // updates that are compared until one can be
const LONGEST = 64; // passages that one frame may go over

// The rows, from the client's first byte to the server's last.
export const ROWS = ["request", "before", "payload", "after"];

// { seq, at_us, sides: { transport: { passages, updates, rows: { each row: items }, bytes, overhead } } };
// undefined where one of the two has not delivered the update, or the log has dropped it. `items` are
// those of dissect.js; `updates` counts those that came with it in the same response or frame.
export function compare(log, seq) {
  const sides = PAIR.map((transport) => [transport, side(log, transport, seq)]);
  if (sides.some(([, found]) => found === undefined)) return undefined;
  const { at_us } = sides[0][1].rows.payload[0];
  return { seq, at_us, sides: Object.fromEntries(sides) };
}

// The updates that both transports have delivered by an instant, as far as they are kept: the oldest
// first. An update that shares its response with others is left out, unless all do.
export function comparable(log, at_us) {
  const [long, socket] = PAIR.map((transport) => delivered(log, transport, at_us));
  const both = [...long.keys()].filter((seq) => socket.has(seq));
  const alone = both.filter((seq) => long.get(seq) === 1);
  return (alone.length > 0 ? alone : both).sort((a, b) => a - b);
}

// The newest of these updates that can be compared; undefined where none of the last few can.
export const newestOf = (log, seqs) => seqs.slice(-TRIED).findLast((seq) => compare(log, seq));

// The most updates of a response that carried an update, by seq.
function delivered(log, transport, at_us) {
  const { passages } = log.rows[transport];
  const end = search(passages, ({ arrived_us }) => arrived_us > at_us);
  const found = new Map();
  for (const { direction, updates } of list(passages, end - NEWEST, end)) {
    if (direction === "down") for (const { seq } of updates) found.set(seq, updates.length);
  }
  return found;
}

function side(log, transport, seq) {
  const { passages } = log.rows[transport];
  const all = list(passages);
  const last = all.findLastIndex(({ direction, updates }) => direction === "down" && carries(updates, seq));
  if (last < 0) return undefined;
  const { connection } = all[last];
  const own = all.filter((passage) => passage.connection === connection);
  const place = own.indexOf(all[last]);
  const found = transport === "websocket" ? frame(own, place, seq) : exchange(own, place, seq);
  if (found === undefined) return undefined;
  const { rows, passages: shown } = found;
  const items = Object.values(rows).flat();
  const bytes = sum(items);
  const updates = items.filter((item) => item.kind === "update" && item.seq !== undefined).length;
  return { passages: shown, updates, rows, bytes, overhead: bytes - sum(rows.payload) };
}

const carries = (updates, seq) => updates.some((update) => update.seq === seq);
const sum = (items) => items.reduce((total, { length }) => total + length, 0);

// The request and all of its response, of the passages of one connection.
function exchange(own, place, seq) {
  const isAsk = ({ direction, parts }) => direction === "up" && parts.some(asks);
  const first = own.slice(0, place).findLastIndex(isAsk);
  if (first < 0) return undefined;
  const next = own.findIndex((passage, nth) => nth > place && passage.direction === "up");
  const shown = own.slice(first, next < 0 ? own.length : next);
  const items = (way) => shown.filter(({ direction }) => direction === way).flatMap(dissect);
  const rows = around(items("down"), seq);
  return rows && { passages: shown, rows: { ...rows, request: items("up") } };
}

// The frame, which may share its passage with others or go over several.
function frame(own, place, seq) {
  const shown = [];
  for (let nth = place; nth >= Math.max(0, place - LONGEST); nth -= 1) {
    if (own[nth].direction !== "down") continue;
    shown.unshift(own[nth]);
    const items = shown.flatMap(dissect);
    const start = items.findIndex((item) => isOf(item, seq));
    const first = items.slice(0, Math.max(0, start)).findLastIndex(({ kind }) => kind === "frame");
    if (first < 0) continue;
    const next = items.findIndex(({ kind }, at) => at > start && kind === "frame");
    const from = first > 0 && items[first - 1].kind === "tls-header" ? first - 1 : first;
    const rows = around(items.slice(from, next < 0 ? undefined : next), seq);
    return { passages: shown, rows: { ...rows, request: [] } };
  }
  return undefined;
}

const isOf = (item, seq) => item.kind === "update" && item.seq === seq;

// The rest of a long update has no seq of its own: it came in a later passage, or is only counted.
function around(items, seq) {
  const start = items.findIndex((item) => isOf(item, seq));
  if (start < 0) return undefined;
  const rest = items.slice(start + 1);
  const next = rest.findIndex((item) => item.kind === "update" && item.seq !== undefined);
  const own = next < 0 ? rest : rest.slice(0, next);
  const isPayload = (item) => item.class === "payload";
  const end = start + 2 + own.findLastIndex(isPayload);
  const whole = items.slice(start, end);
  return {
    before: items.slice(0, start),
    payload: whole.filter(isPayload),
    // What is between two pieces of it, such as the size of a chunk, is counted after it.
    after: [...whole.filter((item) => !isPayload(item)), ...items.slice(end)],
  };
}

// The newest handshake of WebSocket, given the one known before: { asked, up, down }. The log drops it
// while its connection is still open, so a view that shows it has to keep it.
export function handshakes(known, message) {
  const own = (message.wire ?? []).filter(({ transport }) => transport === "websocket");
  return passages({ wire: own }, 0).reduce(withHandshake, known);
}

// The same with one passage of the WebSocket.
export function withHandshake(known, passage) {
  if (passage.kind !== "handshake") return known;
  if (passage.direction === "up") return { ...known, asked: passage };
  return known?.asked?.connection === passage.connection ? { ...known, up: known.asked, down: passage } : known;
}

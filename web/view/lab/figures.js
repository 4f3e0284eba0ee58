// What do the counters say, in a sentence above the rows? How long updates wait, and which time the
// counters cover. (The bytes are in race.js.)

import { waits } from "../../model/lab/waits.js";
import { fill, numberFormat, setText, word } from "../shared/words.js";

const find = (id) => document.getElementById(id);

export function drawWaits(counters, lang) {
  const [long, socket] = [waits(counters["long-polling"]), waits(counters.websocket)];
  if (!long || !socket) return setText(find("waits"), word(lang, "scenes.noFigures"));
  const number = new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const s = (us) => number.format(us / 1e6);
  const told = { from: s(long.from_us), to: s(long.to_us), socket: s(socket.to_us) };
  setText(find("waits"), fill(word(lang, "scenes.waits"), told));
}

// For how long they have counted, and with which feed and distance.
export function drawSpan(counters, { feed, panels }, lang) {
  const { span_us } = counters.websocket;
  const number = numberFormat(lang, 1);
  setText(find("since"), fill(word(lang, "scenes.since"), { s: number.format(Math.floor(span_us / 1e6)) }));
  const distances = new Set(panels.map(({ rtt_us }) => rtt_us / 1000));
  const rtt = distances.size === 1 ? number.format([...distances][0]) : "–";
  const rate = feed ? number.format(feed.rate_per_s) : "–";
  setText(find("arranged"), fill(word(lang, "scenes.arranged"), { rate, ms: rtt }));
}

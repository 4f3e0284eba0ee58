// What does the article count? The headers of one poll and of one WebSocket message, on one scale; and
// once the question is answered, the headers of their packets.

import { make } from "../shared/make.js";
import { speaker } from "../shared/bytes.js";
import { fill, word } from "../shared/words.js";

const PACKETS = { poll: 3, message: 2 };
const PACKET_BYTES = 52; // claims.md, section 2: 20 of IPv4, 32 of TCP with timestamps

export function overheadPiece({ piece }, lang) {
  const say = speaker(lang);
  const most = sum(piece.poll) + PACKETS.poll * PACKET_BYTES;
  const bars = ["poll", "message"].map((name) => bar(name, piece[name], most, lang, say));
  const root = make("div", { class: "overheads" }, bars);
  return { root, hide: (kinds) => (root.dataset.hides = kinds.join(" ")) };
}

const sum = (parts) => Object.values(parts).reduce((all, bytes) => all + bytes, 0);

function bar(name, parts, most, lang, say) {
  const length = (of, bytes, label) => {
    const span = make("span", { "data-class": of }, label && make("b", {}, label));
    span.style.width = `${(100 * bytes) / most}%`;
    return span;
  };
  const packets = PACKETS[name];
  return make(
    "section",
    {},
    make("h3", {}, word(lang, `talk.overhead.${name}`), " ", make("b", {}, say.bytes(sum(parts)))),
    make(
      "div",
      { class: "lengths" },
      Object.entries(parts).map(([of, bytes]) => length(of, bytes, bytes > most / 20 ? `${word(lang, `talk.overhead.${of}`)} ${bytes}` : "")),
      length("tcp_ip", packets * PACKET_BYTES, ""),
    ),
    make("p", { class: "packets" }, fill(word(lang, "talk.overhead.packets"), { packets, bytes: PACKET_BYTES, all: packets * PACKET_BYTES })),
  );
}

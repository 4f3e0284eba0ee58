// How do the newest handshake and the newest frame look, large enough for the back row? As in the
// lab's dialog of bytes, which is a button away; and still, until somebody asks for the newest.

import { dissect, hexOf } from "../../model/wire/dissect.js";
import { passages, text } from "../../model/wire/passage.js";
import { frameDetails } from "../shared/bytes-frame.js";
import { token } from "../shared/bytes-handshake.js";
import { show, speaker } from "../shared/bytes.js";
import { make } from "../shared/make.js";
import { fill, word } from "../shared/words.js";
import { sourceWord } from "./slide-words.js";

export const framePiece = (live, lang) =>
  still(() => live.newest.frame, lang, (passage, say) => {
    const { head, line } = frame(passage);
    return { passage, content: [line, frameDetails(head.fields, true, say)] };
  });

// The head of the frame in a passage, and a line with that and with its text.
function frame(passage) {
  const items = dissect(passage);
  const head = items.find(({ kind }) => kind === "frame");
  const update = items.find(({ text }) => text !== undefined);
  const line = make("p", { class: "wire" }, make("code", {}, head.hex), " ", make("code", {}, update?.text ?? ""));
  return { head, line };
}

// One frame as an observer of the network sees it over https, and in clear text. A page that came in
// clear text, or from the cache, shows one that was recorded.
export function recordPiece(live, lang) {
  let recorded;
  fetch("recordings/wss.json")
    .then(async (answer) => answer.ok && (recorded = await answer.json()))
    .catch(() => undefined);
  const isLive = () => live.lab !== undefined && location.protocol === "https:";
  const newest = () => {
    const passage = isLive() ? live.newest.frame : recorded && passages({ wire: [recorded.passage] }, 0)[0];
    return passage?.encrypted && passage;
  };
  return still(newest, lang, (passage, say) => {
    const wire = text({ bytes: passage.encrypted });
    const content = passage.parts.filter(({ class: name }) => name !== "tls");
    const count = content.reduce((sum, { length }) => sum + length, 0);
    const label = (key, count) => make("p", {}, fill(word(lang, `talk.record.${key}`), { bytes: say.bytes(count) }));
    const of = isLive() ? sourceWord(lang, "live") : fill(word(lang, "talk.record.recorded"), recorded);
    return {
      passage,
      content: [
        label("encrypted", passage.length),
        make("p", { class: "tls-record" }, make("code", {}, hexOf(wire.slice(0, 5))), " ", make("code", {}, hexOf(wire.slice(5)))),
        label("clear", count),
        frame(passage).line,
        make("p", { class: "of" }, of),
      ],
    };
  });
}

export const handshakePiece = (live, lang) =>
  still(() => live.newest.handshake, lang, ({ up, down }, say) => ({
    passage: down,
    other: up,
    content: token(dissect(down), dissect(up), say),
  }));

// Shows what `newest()` gives, once it does, and keeps it.
function still(newest, lang, fill) {
  const say = speaker(lang);
  const body = make("div", { class: "scrolls", "data-class": "websocket_frame" });
  let passage, other;
  let source; // what is shown
  const again = make("button", { type: "button" }, word(lang, "talk.newest"));
  const all = make("button", { type: "button" }, word(lang, "talk.allBytes"));
  const buttons = make("p", { class: "buttons" }, again, all);
  const root = make("div", { class: "wire-bytes inline" }, body, buttons);

  function take() {
    source = newest();
    buttons.hidden = source === undefined;
    if (source === undefined) return body.replaceChildren(word(lang, "talk.waiting"));
    const made = fill(source, say);
    ({ passage, other } = made);
    body.replaceChildren(...made.content);
    dispatchEvent(new Event("resize")); // the slide has to find room for it
  }

  again.addEventListener("click", take);
  all.addEventListener("click", () => {
    const dialog = document.getElementById("bytes");
    show(dialog, passage, { handshake: other }, lang);
    dialog.showModal();
  });
  take();
  return {
    root,
    draw() {
      if (source === undefined && newest()) take();
    },
  };
}

// How do the newest handshake and the newest frame look, large enough for the back row? As in the
// lab's dialog of bytes, which is a button away; and still, until somebody asks for the newest.

import { dissect } from "../../model/wire/dissect.js";
import { frameDetails } from "../shared/bytes-frame.js";
import { token } from "../shared/bytes-handshake.js";
import { show, speaker } from "../shared/bytes.js";
import { make } from "../shared/make.js";
import { word } from "../shared/words.js";

export const framePiece = (live, lang) =>
  still(() => live.newest.frame, lang, (passage, say) => {
    const items = dissect(passage);
    const head = items.find(({ kind }) => kind === "frame");
    const update = items.find(({ text }) => text !== undefined);
    return {
      passage,
      content: [
        make("p", { class: "wire" }, make("code", {}, head.hex), " ", make("code", {}, update?.text ?? "")),
        frameDetails(head.fields, true, say),
      ],
    };
  });

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

// How do the newest handshake, the newest frame and a TLS record look, large enough for the back row?
// They stay as they are until the lecturer asks for the newest; a button opens all bytes.

import { dissect, header } from "../../model/wire/dissect.js";
import { handshake } from "../../model/wire/handshake.js";
import { passages, text } from "../../model/wire/passage.js";
import { inked, show, speaker } from "../shared/bytes.js";
import { make } from "../shared/make.js";
import { fill, word } from "../shared/words.js";
import { frameBits, grid, heads } from "./bytes-parts.js";
import { sourceWord } from "../shared/slide-words.js";

// The header of a frame bit by bit, and its text.
export const framePiece = (live, lang) =>
  still(() => live.newest.frame, lang, (passage, say) => {
    const items = dissect(passage);
    const head = items.find(({ kind }) => kind === "frame");
    const update = items.find(({ text }) => text !== undefined);
    const line = make("p", { class: "wire" }, make("code", {}, head.hex), " ", update ? inked(update) : "");
    return { passage, content: [line, frameBits(head, say)] };
  });

// One frame in clear text beside the TLS record that contains it. A page that came over plain HTTP, or
// from the cache, shows a recorded one.
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
    const clear = passage.parts.filter(({ class: name }) => name !== "tls").flatMap((part) => [...text(part)]);
    const frame = dissect(passage).find(({ kind }) => kind === "frame");
    const title = (key, count) => make("h3", {}, fill(word(lang, `talk.record.${key}`), { bytes: say.bytes(count) }));
    const of = isLive() ? sourceWord(lang, "live") : fill(word(lang, "talk.record.recorded"), recorded);
    const both = make(
      "div",
      { class: "record" },
      make("section", {}, title("clear", clear.length), grid(clear, { from: wire.length && TLS_HEADER, head: frame.length, isText: true })),
      make("section", {}, title("encrypted", wire.length), grid(wire, { head: TLS_HEADER, tail: wire.length - TLS_HEADER - clear.length })),
    );
    return { passage, isRecorded: !isLive(), content: [both, make("p", { class: "of" }, of)] };
  });
}

const TLS_HEADER = 5; // RFC 8446, section 5.1

// The request and the response, and between them what the server computes.
export const handshakePiece = (live, lang) =>
  still(() => live.newest.handshake, lang, ({ up, down }, say) => {
    const [asked, answered] = [dissect(up), dissect(down)];
    const key = header(asked, "sec-websocket-key");
    const { guid, digest } = handshake(key);
    const step = (name, value) => make("li", {}, word(lang, `talk.handshake.${name}`), make("code", {}, value));
    const steps = [step("append", guid), step("digest", digest.match(/.{1,20}/g).join("\u200b"))];
    return {
      passage: down,
      other: up,
      content: [
        make(
          "div",
          { class: "handshake" },
          heads(asked, "request", lang, say),
          make("section", { class: "steps-of-token" }, make("h3", {}, word(lang, "talk.handshake.server")), make("ol", {}, steps)),
          heads(answered, "response", lang, say),
        ),
      ],
    };
  });

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
    again.hidden = made.isRecorded === true;
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
    hide(kinds) {
      root.dataset.hides = kinds.join(" ");
      all.disabled = kinds.includes("bytes");
    },
  };
}

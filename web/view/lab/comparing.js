// How does a reader compare one update on two wires? In a dialog, with buttons for the update before
// and after. It shows the log as it was when the dialog was opened.

import { comparable, compare, handshakes, newestOf } from "../../model/wire/compare.js";
import { comparison, showHandshake } from "./compare.js";
import { make } from "../shared/make.js";
import { fill, setText, word } from "../shared/words.js";

const find = (id) => document.getElementById(id);

// `look()` tells the log and the instant that are looked at.
export function comparing(look) {
  const dialog = find("compare");
  const title = make("h2", { id: "compare-title", "aria-live": "polite" });
  const steps = { earlier: -1, later: 1 };
  const button = (key) => make("button", { type: "button", "data-step": key });
  const buttons = ["earlier", "later", "close"].map(button);
  const body = make("div", { class: "bytes-body", tabindex: "0", role: "group", "aria-labelledby": "compare-title" });
  body.autofocus = true;
  dialog.classList.add("wire-bytes");
  dialog.append(make("header", {}, title, make("nav", {}, buttons)), body);
  let lang = "en";
  let shaken; // the newest handshake
  let log, seqs, seq;

  function draw() {
    const compared = compare(log, seq);
    setText(title, fill(word(lang, "compare.title"), { seq: seq ?? "" }));
    for (const button of buttons) {
      const { step } = button.dataset;
      setText(button, word(lang, `compare.${step}`));
      button.disabled = step in steps && seqs[seqs.indexOf(seq) + steps[step]] === undefined;
    }
    if (compared === undefined) return body.replaceChildren(make("p", {}, word(lang, "compare.none")));
    const handshake = shaken?.down && (() => showHandshake(find("bytes"), shaken, lang));
    comparison(body, compared, { lang, handshake });
  }

  for (const button of buttons) {
    const { step } = button.dataset;
    button.addEventListener("click", () => {
      if (step === "close") return dialog.close();
      seq = seqs[seqs.indexOf(seq) + steps[step]];
      draw();
    });
  }
  find("compare-open").addEventListener("click", () => {
    const { at_us } = look();
    ({ log } = look());
    seqs = comparable(log, at_us);
    seq = newestOf(log, seqs);
    draw();
    dialog.showModal();
  });
  // The log may be large.
  dialog.addEventListener("close", () => {
    log = seqs = seq = undefined;
    body.replaceChildren();
  });

  return {
    hear: (message) => (shaken = handshakes(shaken, message)),
    speak(newest) {
      lang = newest;
      if (dialog.open) draw();
    },
  };
}

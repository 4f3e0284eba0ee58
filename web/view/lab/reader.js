// How does an arrow open? Its bytes in a dialog, with the message before and after at hand.

import { between } from "../../model/wire/log.js";
import { show } from "../shared/bytes.js";
import { sentence } from "../shared/picture.js";

const find = (id) => document.getElementById(id);

export function reader() {
  const dialog = find("bytes");
  let shown; // what `open` was given; undefined while the dialog is closed, or shows something else

  function draw() {
    const { passage, log, lang, step } = shown;
    const context = {
      handshake: other(log, passage),
      step(way) {
        shown.passage = step(way) ?? passage;
        draw();
      },
    };
    show(dialog, passage, context, lang);
  }

  dialog.addEventListener("close", () => {
    shown?.closed();
    shown = undefined;
  });
  return {
    open(passage, context) {
      shown = { passage, ...context };
      draw();
      if (!dialog.open) dialog.showModal();
    },
    say(passage, lang) {
      find("said").textContent = passage ? sentence(passage, lang) : "";
    },
    speak(lang) {
      if (!shown) return;
      shown.lang = lang;
      draw();
    },
  };
}

// The other half of a handshake.
function other(log, { kind, transport, connection, direction }) {
  if (kind !== "handshake") return undefined;
  return between(log, transport, -Infinity, Infinity).find(
    (passage) =>
      passage.kind === kind && passage.connection === connection && passage.direction !== direction,
  );
}

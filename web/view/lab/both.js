// How does a reader send one line on both transports at the same time, and when does it come back?
// The panels send: each by its transport's own means.

import { PAIR } from "../../model/lab/scenes.js";
import { underWay } from "../../model/panel/said.js";
import { mayPublish } from "../../model/shared/audience.js";
import { describeSaid } from "../shared/said.js";
import { setText, word } from "../shared/words.js";

const find = (id) => document.getElementById(id);

export function both(eight) {
  let lang;
  const states = {}; // of what each panel has sent last, by transport

  function draw() {
    const told = PAIR.filter((name) => states[name]).map((name) => `${name}: ${describeSaid(states[name], lang)}`);
    setText(find("lines"), told.join(" · ") || word(lang, "scenes.noLine"));
    find("both").querySelector("button").setAttribute("aria-disabled", busy());
  }

  const busy = () => Object.values(states).some(underWay);

  find("both").addEventListener("submit", (event) => {
    event.preventDefault();
    const say = find("line").value;
    if (busy() || !say.trim()) return;
    for (const name of PAIR) eight.tell(name, { say });
    find("line").select();
  });

  addEventListener("message", (event) => {
    const { data } = event;
    const name = eight.sender(event);
    if (!PAIR.includes(name) || !data.said) return;
    states[name] = data.said;
    draw();
  });

  return {
    // Where nobody would be heard, there is nothing to type into.
    hear(lab) {
      const may = mayPublish(lab);
      find("line").disabled = !may;
      for (const element of [find("both"), find("mayNot")]) element.dataset.may = may;
    },
    enter() {
      for (const name of PAIR) delete states[name];
      draw();
    },
    speak(newest) {
      lang = newest;
      // Replaces what the field shows until the reader edits it.
      find("line").defaultValue = word(lang, "scenes.suggested");
      draw();
    },
  };
}

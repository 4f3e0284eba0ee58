// Reserves space for messages, so that nothing shifts when one appears.

import { PAIR } from "../../model/lab/scenes.js";
import { make } from "../shared/make.js";
import { word } from "../shared/words.js";

const find = (id) => document.getElementById(id);
const HAS_FAULTS = ["break", "free"];

export function room() {
  const watch = new ResizeObserver(fit);
  for (const part of [document.querySelector("header"), find("guide"), find("signature")]) watch.observe(part);
  return {
    draw({ id }, lang) {
      for (const old of find("messages").querySelectorAll(".room")) old.remove();
      const hidden = { class: "room", "aria-hidden": true };
      const figures = longest(id, lang).map((text) => make("p", hidden, text));
      const outcomes = HAS_FAULTS.includes(id) ? [make("div", { ...hidden, class: "room outcome" })] : [];
      find("messages").append(...figures, ...outcomes);
      // At once: an observer comes only with the next picture of the screen.
      fit();
    },
  };
}

// What a scene says about its numbers, with the widest of them.
function longest(id, lang) {
  const widest = (key, value = "9,999") => word(lang, key).replace(/\{\w+\}/g, value);
  if (id === "time") return [widest("scenes.waits", "99.9")];
  if (id === "both") return [PAIR.map((name) => word(lang, "scenes.lineBack").replace("{name}", name).replace(/\{\w+\}/g, "9,999 B")).join(" · ")];
  return id === "break" ? [] : [widest("wires.perUpdateTcpIp")];
}

// The rows share what the rest of the page leaves of the screen.
function fit() {
  const rows = find("rows");
  rows.style.setProperty("--top", `${rows.offsetTop + find("signature").offsetHeight}px`);
}

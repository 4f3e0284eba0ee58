// Which room do messages need that are not there yet? It is kept free from the start, so that
// nothing moves when one comes.

import { PAIR } from "../../model/lab/scenes.js";
import { make } from "../shared/make.js";
import { word } from "../shared/words.js";

const find = (id) => document.getElementById(id);
const FAULTS = ["unplugged", "buffers", "strips-upgrade", "six"];

export function room() {
  const watch = new ResizeObserver(fit);
  for (const part of [document.querySelector("header"), find("guide"), find("signature")]) watch.observe(part);
  return {
    draw({ id }, lang) {
      for (const old of find("messages").querySelectorAll(".room")) old.remove();
      const texts = [...longest(id, lang)];
      find("messages").append(...texts.map((text) => make("div", { class: "outcome room", "aria-hidden": true }, make("p", {}, text))));
      // At once: an observer comes only with the next picture of the screen.
      fit();
    },
  };
}

// What a scene may say, with the widest values.
function* longest(id, lang) {
  const widest = (key, value = "9,999") => word(lang, key).replace(/\{\w+\}/g, value);
  if (id === "bytes" || id === "free") yield widest("wires.perUpdateTcpIp");
  if (id === "time") yield widest("scenes.waits", "99.9");
  if (id === "both") yield PAIR.map((name) => `${name}: ${widest("panel.back", "9,999.9 ms")}`).join(" · ");
  if (id !== "break" && id !== "free") return;
  for (const fault of FAULTS) yield `${word(lang, "controls.everyone")}: ${word(lang, `outcome.${fault}`)}`;
}

// The rows share what the rest of the page leaves of the screen.
function fit() {
  const rows = find("rows");
  rows.style.setProperty("--top", `${rows.offsetTop + find("signature").offsetHeight}px`);
}

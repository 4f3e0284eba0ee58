// How is the instant chosen that is looked at? Live, still, slower, or scrubbed to.

import { SPEEDS } from "../../model/wire/playhead.js";
import { make } from "../shared/make.js";
import { fill, setText, word } from "../shared/words.js";

const find = (id) => document.getElementById(id);

export function timeline({ live, still, play, slow, seek, jump, go }) {
  let lang = "en";
  let playing = false;
  let first_us = 0;
  const speed = find("speed");
  speed.append(
    ...SPEEDS.map((value) => {
      const textContent = value === 1 ? "×1" : `×1/${Math.round(1 / value)}`;
      return make("option", { value }, textContent);
    }),
  );
  function present() {
    speed.value = 1;
    live();
  }
  find("live").addEventListener("click", present);
  find("still").addEventListener("click", () => (playing ? still() : play(Number(speed.value))));
  speed.addEventListener("change", () => slow(Number(speed.value)));
  find("earlier").addEventListener("click", () => jump(-1));
  find("later").addEventListener("click", () => jump(1));
  // By keys from picture to picture: the range's own steps are a millisecond.
  const STEPS = { ArrowLeft: -0.05, ArrowDown: -0.05, ArrowRight: 0.05, ArrowUp: 0.05, PageDown: -1, PageUp: 1 };
  find("instant").addEventListener("keydown", (event) => {
    const pictures = STEPS[event.key];
    if (pictures === undefined) return;
    event.preventDefault();
    go(pictures);
  });
  find("instant").addEventListener("input", ({ target }) => seek(first_us + 1000 * target.value));

  return {
    live: present,
    draw(head, log, tick) {
      const { at_us } = head;
      playing = head.mode !== "paused";
      setText(find("still"), word(lang, playing ? "picture.still" : "picture.play"));
      find("live").setAttribute("aria-pressed", head.mode === "live");
      // While it is dragged the knob is the reader's.
      first_us = log.from_us ?? at_us;
      const last_us = Math.max(log.sent_us ?? at_us, at_us);
      const range = find("instant");
      range.max = Math.ceil((last_us - first_us) / 1000);
      if (!range.matches(":active")) range.value = Math.round((at_us - first_us) / 1000);
      const ago = new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
      const text = fill(word(lang, "picture.ago"), { s: ago.format((last_us - at_us) / 1e6) });
      setText(find("ago"), head.mode === "live" ? word(lang, "picture.now") : text);
      const number = new Intl.NumberFormat(lang);
      const scale = tick < 1000 ? `${number.format(tick)} ms` : `${number.format(tick / 1000)} s`;
      setText(find("scale"), fill(word(lang, "picture.scale"), { scale }));
      range.setAttribute("aria-valuetext", find("ago").textContent);
      const slower = head.mode === "playing" && head.speed < 1;
      setText(find("slower"), slower ? fill(word(lang, "picture.slower"), { s: number.format(1 / head.speed) }) : "");
    },
    speak: (newest) => (lang = newest),
  };
}

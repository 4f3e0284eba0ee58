// What does the lecturer see? What to say, the time, and what comes next.

import { answer, isRevealed, slide } from "../model/talk.js";
import { make } from "./make.js";
import { figure, slideWords } from "./talk-words.js";
import { fill, word } from "./words.js";

export function notes({ restart }) {
  const root = document.getElementById("notes");
  const clock = make("p", { class: "clock" });
  const again = make("button", { type: "button" });
  const body = make("div", { class: "said scrolls" });
  again.addEventListener("click", restart);
  root.append(make("div", { class: "time" }, clock, again), body);
  root.hidden = false;
  document.getElementById("slide").hidden = true;
  let since_ms = Date.now();
  const tick = () => (clock.textContent = time(Date.now() - since_ms));
  setInterval(tick, 500);

  return {
    draw(state, _, began_ms) {
      since_ms = began_ms;
      const { lang, slides, at } = state;
      const own = slide(state);
      const words = slideWords(lang, own.id);
      const next = slides[at + 1];
      const heading = make("h1", { tabindex: -1 }, words.title);
      again.textContent = word(lang, "talk.restart");
      clock.setAttribute("aria-label", word(lang, "talk.clock"));
      body.replaceChildren(
        heading,
        make("p", { class: "notes" }, words.notes),
        ...question(state, own, words),
        make("h2", {}, word(lang, "talk.upNext")),
        make("p", {}, next ? slideWords(lang, next.id).title : word(lang, "talk.end")),
      );
      tick();
    },
  };
}

// The lecturer knows the answer before the audience does, but for a number that is live.
function question(state, own, words) {
  if (!own.question) return [];
  const { lang } = state;
  const options = words.options.map((option) => make("li", {}, option));
  const known = answer(own, {});
  const number = known ? figure(known, lang) : "…";
  const button = make("button", { type: "button", "data-do": "reveal" }, word(lang, "talk.reveal"));
  return [
    make("h2", {}, words.question),
    make("ol", { class: "options" }, options),
    isRevealed(state, own) ? "" : button,
    make("p", {}, fill(words.reveal, { answer: number })),
  ].filter((part) => part !== "");
}

const two = (number) => String(Math.floor(number)).padStart(2, "0");
function time(ms) {
  const s = Math.max(0, ms) / 1000;
  const minutes = `${two((s / 60) % 60)}:${two(s % 60)}`;
  return s < 3600 ? minutes : `${Math.floor(s / 3600)}:${minutes}`;
}

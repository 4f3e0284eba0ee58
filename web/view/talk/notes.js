// What does the lecturer see? The time, what comes next, what to say, and the answer.

import { answer, isRevealed, slide } from "../../model/talk/state.js";
import { make } from "../shared/make.js";
import { answerText } from "./stage.js";
import { slideWords } from "./slide-words.js";
import { word } from "../shared/words.js";

export function notes({ restart }) {
  const root = document.getElementById("notes");
  const clock = make("p", { class: "clock" });
  const again = make("button", { type: "button" });
  const next = make("p", { class: "next" });
  const body = make("div", { class: "said scrolls" });
  const reply = make("p", { class: "reply" });
  again.addEventListener("click", restart);
  root.append(make("div", { class: "time" }, clock, again, next), body);
  root.hidden = false;
  document.getElementById("slide").hidden = true;
  let since_ms = Date.now();
  let state;
  let counted = {}; // what answers the question of a slide, as the slides' window counts it
  const tick = () => (clock.textContent = time(Date.now() - since_ms));
  setInterval(tick, 500);

  // The lecturer knows the answer before the audience does.
  function drawReply() {
    const own = slide(state);
    const number = answer(own, {}) ?? (counted.id === own.id ? counted.number : undefined);
    const text = own.question ? answerText(own, number, state.lang) : "";
    if (reply.textContent === text) return;
    reply.textContent = text;
    fit();
  }

  // As large as it all fits, down to what can be read.
  function fit() {
    for (let scale = 1; scale > SMALLEST; scale -= 0.05) {
      root.style.fontSize = `${scale}rem`;
      if (body.scrollHeight <= body.clientHeight) break;
    }
  }
  addEventListener("resize", fit);

  return {
    draw(now, _, began_ms) {
      state = now;
      since_ms = began_ms;
      const { lang, slides, at } = state;
      const own = slide(state);
      const { title, notes } = slideWords(lang, own.id);
      const after = slides[at + 1];
      again.textContent = word(lang, "talk.restart");
      clock.setAttribute("aria-label", word(lang, "talk.clock"));
      const heading = after && make("span", {}, `${word(lang, "talk.upNext")}: `);
      next.replaceChildren(...(after ? [heading, slideWords(lang, after.id).title] : [word(lang, "talk.end")]));
      body.replaceChildren(
        make("h1", { tabindex: -1 }, title),
        make("p", { class: "notes" }, notes),
        ...question(state, own),
        reply,
      );
      fit();
      drawReply();
      tick();
    },
    hear(newest) {
      counted = newest;
      drawReply();
    },
  };
}

const SMALLEST = 0.7;

function question(state, own) {
  if (!own.question) return [];
  const { question, options } = slideWords(state.lang, own.id);
  const button = make("button", { type: "button", "data-do": "reveal" }, word(state.lang, "talk.reveal"));
  const list = make("ol", { class: "options" }, options.map((option) => make("li", {}, option)));
  return [make("h2", {}, question), list, ...(isRevealed(state, own) ? [] : [button])];
}

const two = (number) => String(Math.floor(number)).padStart(2, "0");
function time(ms) {
  const s = Math.max(0, ms) / 1000;
  const minutes = `${two((s / 60) % 60)}:${two(s % 60)}`;
  return s < 3600 ? minutes : `${Math.floor(s / 3600)}:${minutes}`;
}

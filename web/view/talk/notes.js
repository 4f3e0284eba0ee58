// What does the lecturer see? The time, what to say, the answer and the votes, and the next slide.

import { answer, shown, slide, waits } from "../../model/talk/state.js";
import { shares } from "../../model/shared/vote.js";
import { make } from "../shared/make.js";
import { bar, option } from "../shared/option.js";
import { answerText } from "./question.js";
import { slideWords } from "../shared/slide-words.js";
import { setText, word } from "../shared/words.js";

export function notes({ restart }) {
  const root = document.getElementById("notes");
  const clock = counter("clock");
  const onSlide = counter("on-slide");
  const again = make("button", { type: "button" });
  const next = make("section", { class: "next" });
  const body = make("div", { class: "said scrolls" });
  const asked = make("div", { class: "asked" });
  const reply = make("p", { class: "reply" });
  let fitted; // the answer that the size is for
  again.addEventListener("click", restart);
  root.append(make("div", { class: "time" }, clock.root, onSlide.root, again), body, next);
  root.hidden = false;
  document.getElementById("slide").hidden = true;
  let began = { since_ms: Date.now(), entered_ms: Date.now() };
  let state;
  let counted = {}; // what answers the question of a slide, and its votes, as the slides' window has them
  const tick = () => {
    const now_ms = Date.now();
    clock.tell(time(now_ms - began.since_ms));
    onSlide.tell(time(now_ms - began.entered_ms));
  };
  setInterval(tick, 500);

  // The lecturer knows the answer before the audience does.
  function drawReply() {
    const own = slide(state);
    const known = counted.id === own.id ? counted : {};
    const number = answer(own, {}) ?? known.number;
    const text = own.question ? answerText(own, number, state.lang) : "";
    asked.replaceChildren(...question(state, own, known.vote));
    setText(reply, text);
    if (text !== fitted || overflows()) fit();
  }

  const overflows = () => body.scrollHeight > body.clientHeight;

  // As large as it all fits, down to what can be read.
  function fit() {
    fitted = reply.textContent;
    for (let scale = 1; scale > SMALLEST; scale -= 0.05) {
      root.style.fontSize = `${scale}rem`;
      if (!overflows()) break;
    }
  }
  addEventListener("resize", fit);

  return {
    draw(now, _, since) {
      state = now;
      began = since;
      const { lang } = state;
      const own = slide(state);
      const { title, notes } = slideWords(lang, own.id);
      again.textContent = word(lang, "talk.restart");
      clock.say(word(lang, "talk.clock"));
      onSlide.say(word(lang, "talk.onSlide"));
      next.replaceChildren(...upNext(state));
      asked.replaceChildren(...question(state, own));
      const button = make("button", { type: "button", "data-do": "reveal" }, word(lang, "talk.reveal"));
      body.replaceChildren(
        make("h1", { tabindex: -1 }, title),
        make("p", { class: "notes" }, notes),
        asked,
        ...(waits(state) ? [button] : []),
        reply,
      );
      drawReply();
      fit();
      tick();
    },
    hear(newest) {
      counted = newest;
      drawReply();
    },
  };
}

const SMALLEST = 0.7;

// The lecturer sees the correct option and the votes from the start.
function question({ lang }, own, vote) {
  if (!own.question) return [];
  const { question, options } = slideWords(lang, own.id);
  const items = options.map((text, nth) => option(text, nth === own.question.correct, lang));
  if (vote?.counts) shares(vote).forEach((share, nth) => bar(items[nth], share, vote.counts[nth], lang));
  return [make("h2", {}, question), make("ol", { class: "options" }, items)];
}

// The next slide, as the audience will see it first.
function upNext(state) {
  const { slides, at, lang } = state;
  const places = shown(state);
  const place = places[places.indexOf(at) + 1];
  if (place === undefined) return [make("p", {}, word(lang, "talk.end"))];
  const { title, lead, question } = slideWords(lang, slides[place].id);
  return [
    make("p", {}, make("span", {}, `${word(lang, "talk.upNext")}: `), make("b", {}, title)),
    make("p", { class: "lead" }, lead),
    ...(question ? [make("p", { class: "lead" }, question)] : []),
  ];
}

// A time with what it counts from.
function counter(name) {
  const value = make("p", { class: name });
  const label = make("p", { class: "label" });
  return {
    root: make("div", { class: "counter" }, value, label),
    say: (text) => (label.textContent = text),
    tell: (text) => (value.textContent = text),
  };
}

const two = (number) => String(Math.floor(number)).padStart(2, "0");
function time(ms) {
  const s = Math.max(0, ms) / 1000;
  const minutes = `${two((s / 60) % 60)}:${two(s % 60)}`;
  return s < 3600 ? minutes : `${Math.floor(s / 3600)}:${minutes}`;
}

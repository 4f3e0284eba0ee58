// What does a slide look like? Its words, its question, its sources, and its live piece.

import { answer, isRevealed, slide } from "../../model/talk/state.js";
import { arranger } from "./arrange.js";
import { liveOrRecorded } from "./live.js";
import { make } from "../shared/make.js";
import { pace } from "../shared/pace.js";
import { pieces } from "./pieces.js";
import { quantity, slideWords, sourceWord } from "./slide-words.js";
import { fill, word } from "../shared/words.js";

const find = (id) => document.getElementById(id);

// `tell({ id, number })`: what answers the slide's question just now.
export function stage(query, tell) {
  let state;
  let shown; // the piece of the slide
  let counters = {};
  const live = liveOrRecorded(query, find("panels"), () => state && besides());
  const make_piece = pieces(live);
  const arrange = arranger(live);

  function draw(next, before) {
    state = next;
    const own = slide(state);
    const spoken = before?.lang !== state.lang;
    if (spoken) live.speak(state.lang);
    if (spoken || before.at !== state.at) enter(own, before !== undefined && (before.at !== state.at || document.activeElement.id === "name"));
    find("slide").dataset.large = state.large;
    for (const button of document.querySelectorAll(".chart")) button.setAttribute("aria-pressed", state.large);
    drawQuestion(own);
    arrange(own);
    besides();
    fit();
  }

  function enter(own, moved) {
    const words = slideWords(state.lang, own.id);
    const name = make("h1", { id: "name", tabindex: -1 }, words.title);
    find("name").replaceWith(name);
    find("lead").textContent = words.lead;
    find("points").replaceChildren(...(words.points ?? []).map((point) => make("li", {}, point)));
    find("slide").dataset.kind = own.piece.kind;
    shown?.leave?.();
    shown = make_piece(own, state.lang);
    find("piece").replaceChildren(shown.root);
    // Who hears the page hears the new title; at the start the place is where the browser puts it.
    if (moved) name.focus({ preventScroll: true });
    find("slide").scrollTop = 0;
  }

  function drawQuestion(own) {
    find("question").hidden = own.question === undefined;
    if (own.question === undefined) return;
    const { question, options, reveal } = slideWords(state.lang, own.id);
    // The answer has its room before it shows, so that nothing moves when it does.
    find("room").textContent = fill(reveal, { answer: "100 ms" });
    find("asked").textContent = question;
    find("options").replaceChildren(...options.map((option) => make("li", {}, option)));
    find("reveal").hidden = isRevealed(state, own);
    drawAnswer();
  }

  // The number goes on changing while it is looked at, but is read out once.
  function drawAnswer() {
    const own = slide(state);
    const number = answer(own, counters);
    if (own.question) tell({ id: own.id, number });
    const open = isRevealed(state, own);
    const text = open && own.question ? answerText(own, number, state.lang) : "";
    const status = find("answer");
    if (status.textContent === text) return;
    status.setAttribute("aria-live", status.textContent && text ? "off" : "polite");
    status.textContent = text;
  }

  // What depends on where the log comes from.
  function besides() {
    const { recording } = live;
    const badge = find("recorded");
    badge.hidden = !recording;
    badge.textContent = word(state.lang, "talk.recorded");
    if (recording) badge.title = fill(word(state.lang, "talk.recordedWhy"), recording);
    find("open").hidden = live.lab?.audience.may_publish !== true;
    find("sources").replaceChildren(...sources(slide(state), state.lang, recording));
    shown?.changed?.();
  }

  pace((_, numbers) => {
    if (!state) return;
    const look = live.advance();
    shown?.draw?.(look);
    if (!numbers) return;
    arrange(slide(state));
    counters = live.counters(look);
    shown?.count?.(counters, look);
    drawAnswer();
    // What came meanwhile may need more room.
    if (overflows()) fit();
  });
  addEventListener("resize", fit);

  return { draw, counters: () => counters };
}

// The answer in a sentence, once its number is there.
export function answerText(own, number, lang) {
  if (number === undefined) return word(lang, "talk.waiting");
  return fill(slideWords(lang, own.id).reveal, { answer: quantity(number, lang) });
}

// What is live is not while a recording plays.
export const sources = (own, lang, recording) => [
  `${word(lang, "talk.sources")} `,
  ...own.sources.map((key) => {
    const replayed = recording && key === "live";
    return make("span", {}, replayed ? fill(word(lang, "talk.recordedWhy"), recording) : sourceWord(lang, key));
  }),
];

const SMALLEST = 0.6;
const roomy = matchMedia("(min-width: 60rem) and (min-height: 30rem)");

const overflows = () =>
  roomy.matches && (find("slide").scrollHeight > find("slide").clientHeight || !textFits());

// On a screen, as large as it all fits; a phone scrolls.
function fit() {
  const root = document.documentElement;
  for (let scale = 1; scale > SMALLEST - 0.01; scale -= 0.05) {
    root.style.setProperty("--fit", scale);
    root.style.setProperty("--zoom", parseFloat(getComputedStyle(root).fontSize) / 18);
    if (!overflows()) break;
  }
}

// A column of text that is too long would run into the sources under it.
function textFits() {
  const lowest = Math.max(0, ...[...find("text").children].map((child) => child.getBoundingClientRect().bottom));
  return lowest <= find("sources").getBoundingClientRect().top;
}

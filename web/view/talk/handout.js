// What does who was there take home? Every slide with its notes and its answer, on paper.

import { answer } from "../../model/talk/state.js";
import { make } from "../shared/make.js";
import { charts } from "./pieces.js";
import { answerText, sources } from "./stage.js";
import { slideWords } from "./slide-words.js";
import { word } from "../shared/words.js";

// Made before it is printed: then there is no time to load its charts. Only the answers are those
// of that instant.
export function handout(root, { slides, lang }, counters) {
  const answers = slides.map((slide) => [slide, make("span")]);
  root.replaceChildren(...answers.map(([slide, own], nth) => page(slide, nth, lang, own)));
  window.onbeforeprint = () => {
    const all = counters();
    for (const [slide, own] of answers) if (slide.question) own.textContent = answerText(slide, answer(slide, all), lang);
  };
}

function page(slide, nth, lang, number) {
  const { title, lead, points = [], question, options = [], notes } = slideWords(lang, slide.id);
  const asked = slide.question && [
    make("h2", {}, question),
    make("ol", { class: "options" }, options.map((option) => make("li", {}, option))),
    make("p", { class: "answer" }, make("b", {}, word(lang, "talk.answer")), ": ", number),
  ];
  return make(
    "article",
    {},
    make("h1", {}, `${nth + 1}. ${title}`),
    make("p", { class: "lead" }, lead),
    make("ul", {}, points.map((point) => make("li", {}, point))),
    ...(slide.piece.kind === "chart" ? [make("div", { class: "charts" }, charts(slide, lang))] : []),
    ...(asked ?? []),
    make("p", { class: "notes" }, notes),
    make("p", { class: "sources" }, ...sources(slide, lang)),
  );
}

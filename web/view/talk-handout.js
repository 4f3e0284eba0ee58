// What does who was there take home? Every slide with its notes and its answer, on paper.

import { make } from "./make.js";
import { chart } from "./talk-pieces.js";
import { answered, sources } from "./talk-stage.js";
import { slideWords } from "./talk-words.js";
import { word } from "./words.js";

// Made anew before it is printed, since the numbers of the answers are those of that instant.
// (Its charts are asked for now: there is no time to load them when the paper is there.)
export function handout(root, { slides, lang }, counters) {
  const make_all = () => root.replaceChildren(...slides.map((slide, nth) => page(slide, nth, lang, counters())));
  make_all();
  root.ownerDocument.defaultView.onbeforeprint = make_all;
}

function page(slide, nth, lang, counters) {
  const { title, lead, points = [], question, options = [], notes } = slideWords(lang, slide.id);
  const asked = slide.question && [
    make("h2", {}, question),
    make("ol", { class: "options" }, options.map((option) => make("li", {}, option))),
    make("p", { class: "answer" }, make("b", {}, word(lang, "talk.answer")), ": ", answered(slide, counters, lang)),
  ];
  return make(
    "article",
    {},
    make("h1", {}, `${nth + 1}. ${title}`),
    make("p", { class: "lead" }, lead),
    make("ul", {}, points.map((point) => make("li", {}, point))),
    ...(slide.piece.kind === "chart" ? [chart(slide, lang).root] : []),
    ...(asked ?? []),
    make("p", { class: "notes" }, notes),
    make("p", { class: "sources" }, ...sources(slide, lang)),
  );
}

// What does the audience take home? Every slide on paper with a picture of its live piece, then the
// notes, and the answers on the last page.

import { answer, shown } from "../../model/talk/state.js";
import { NAMES } from "../../model/shared/transports.js";
import { make } from "../shared/make.js";
import { pieces } from "./pieces.js";
import { answerText } from "./question.js";
import { slideWords } from "../shared/slide-words.js";
import { inLight, paperRows } from "./paper.js";
import { point, sources } from "./stage.js";
import { still } from "./still.js";
import { fill, word } from "../shared/words.js";

// Made before it is printed: then there is no time to load charts. What is drawn, and the numbers,
// are made when it is printed.
export function handout(root, state, { live, counters }) {
  const { slides, lang } = state;
  const pages = shown(state).map((place, nth) => page(slides[place], nth + 1, live, lang));
  const asking = pages.filter(({ slide }) => slide.question);
  root.replaceChildren(
    ...pages.map(({ page }) => page),
    part("notes", lang, asking.map(({ notes }) => notes)),
    part("answers", lang, asking.map(({ reply }) => reply)),
  );
  window.onbeforeprint = () => {
    const recorded = {};
    const of = ({ piece: { recording = "talk" } }) => {
      const found = live.recorded(recording);
      return found && (recorded[recording] ??= still(found));
    };
    inLight(() => pages.forEach(({ draw, slide }) => draw(of(slide))));
    for (const { slide, sentence } of asking) {
      // As in the picture.
      const { counters: known = counters() } = of(slide) ?? {};
      const number = answer(slide, known);
      sentence.textContent = answerText(slide, number, lang);
    }
  };
}

const part = (name, lang, sections) =>
  make("section", { class: `part ${name}` }, make("h1", {}, word(lang, `talk.handout.${name}`)), sections);

// A slide without what gives its answer away, and apart from it its notes and its answer.
function page(slide, nth, live, lang) {
  const { title, lead, points = [], question, options = [], notes } = slideWords(lang, slide.id);
  const covered = { points: [], sources: [], ...slide.question?.hides };
  const known = { ...slide, sources: slide.sources.filter((key) => !covered.sources.includes(key)) };
  const heading = (tag) => make(tag, {}, `${nth}. ${title}`);
  const said = () => make("p", { class: "notes" }, notes);
  const sentence = make("span");
  const list = make("ol", { class: "options" }, options.map((text) => make("li", {}, text)));
  const { figure, draw } = picture(slide, live, lang);
  return {
    slide,
    draw,
    sentence,
    page: make(
      "section",
      { class: "page", "data-id": slide.id },
      heading("h1"),
      make("p", { class: "lead" }, lead),
      make("ul", {}, points.map((text, at) => point(text, covered.points.includes(at)))),
      figure,
      ...(slide.question ? [make("h2", {}, question), list] : [said()]),
      make("p", { class: "sources" }, ...sources(known, lang)),
    ),
    notes: make("section", {}, heading("h2"), said()),
    reply: make(
      "section",
      { class: "answer" },
      heading("h2"),
      make("p", {}, make("b", {}, `✓ ${lettered(options, slide.question?.correct)}`), " · ", sentence),
    ),
  };
}

// An option with the letter that it has in the list.
const lettered = (options, nth) => `${String.fromCharCode(65 + nth)}. ${options[nth]}`;

// What the live piece of a slide shows, on paper. `draw(recorded)` draws it as it was recorded.
function picture(slide, live, lang) {
  const figure = make("figure", { class: `piece ${slide.piece.kind}` });
  const transports = rows(slide.piece);
  if (!transports) return { figure, draw: pieceOnPaper(figure, slide, live, lang) };
  const draw = (recorded) => {
    if (!recorded) return;
    const caption = fill(word(lang, "talk.handout.recorded"), recorded.recording);
    figure.replaceChildren(paperRows(transports, recorded.look, lang), make("figcaption", {}, caption));
  };
  return { figure, draw };
}

// The transports whose rows a piece shows; undefined where it shows something else.
function rows({ kind, transport, transports }) {
  if (kind === "proxy" || kind === "lab") return NAMES;
  return transports ?? (transport && [transport]);
}

// Another piece is as on the screen before the answer. It may look for what is recorded when it is
// made, and again when it is drawn.
function pieceOnPaper(figure, slide, live, lang) {
  const source = { newest: {}, texts: [], lines: [], lab: slide.piece.kind === "join" ? live.lab : undefined };
  const made = pieces(source)(slide, lang);
  made.hide?.(slide.question?.hides?.kinds ?? []);
  figure.append(made.root);
  return (recorded) => {
    if (!recorded) return;
    Object.assign(source, { ...recorded, lab: source.lab });
    made.draw?.(recorded.look);
    made.count?.(recorded.counters, recorded.look);
  };
}

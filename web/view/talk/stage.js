// What does a slide look like? Its words, its question, its sources, and its live piece.

import { canJoin } from "../../model/shared/audience.js";
import { answer, hides, slide, waits } from "../../model/talk/state.js";
import { arranger } from "./arrange.js";
import { liveOrRecorded } from "./live.js";
import { make } from "../shared/make.js";
import { pace } from "../shared/pace.js";
import { pieces } from "./pieces.js";
import { questionView } from "./question.js";
import { slideWords, sourceWord } from "../shared/slide-words.js";
import { fill, word } from "../shared/words.js";

const find = (id) => document.getElementById(id);

// `tell({ id, number, vote })`: what answers the slide's question just now, and how phones vote on it.
// `reach(whether)`: whether phones can join.
export function stage(query, tell, reach) {
  let state;
  let reached;
  let shown; // the piece of the slide
  let counters = {};
  let vote; // of the phones, on the slide's question
  const live = liveOrRecorded(query, find("panels"), () => state && drawLiveParts());
  const make_piece = pieces(live);
  const arrange = arranger(live);
  const question = questionView();

  function draw(next, before) {
    state = next;
    const own = slide(state);
    const spoken = before?.lang !== state.lang;
    if (spoken) live.speak(state.lang);
    if (spoken || before.at !== state.at) enter(own, before !== undefined && (before.at !== state.at || document.activeElement.id === "name"));
    find("slide").dataset.large = state.large;
    for (const button of document.querySelectorAll(".chart")) button.setAttribute("aria-pressed", state.large);
    cover(own);
    question.draw(state, before);
    arrange(own, waits(state));
    drawLiveParts();
    question.count(counters, performance.now());
    fit();
  }

  function enter(own, moved) {
    const words = slideWords(state.lang, own.id);
    const name = make("h1", { id: "name", tabindex: -1 }, words.title);
    find("name").replaceWith(name);
    find("lead").textContent = words.lead;
    find("slide").dataset.kind = own.piece.kind;
    shown?.leave?.();
    shown = make_piece(own, state.lang);
    find("piece").replaceChildren(shown.root);
    // Who hears the page hears the new title; at the start the place is where the browser puts it.
    if (moved) name.focus({ preventScroll: true });
    find("slide").scrollTop = 0;
  }

  // What would give the answer away stays hidden until then.
  function cover(own) {
    const { points, kinds } = hides(state);
    const words = slideWords(state.lang, own.id).points ?? [];
    find("points").replaceChildren(...words.map((text, nth) => point(text, points.includes(nth))));
    live.hide(kinds);
    shown.hide?.(kinds);
  }

  function tellAnswer() {
    const own = slide(state);
    if (own.question) tell({ id: own.id, number: answer(own, counters), vote });
  }

  // What depends on where the log comes from.
  function drawLiveParts() {
    const { recording } = live;
    const badge = find("recorded");
    badge.hidden = !recording;
    badge.textContent = word(state.lang, "talk.recorded");
    if (recording) badge.title = fill(word(state.lang, "talk.recordedWhy"), recording);
    find("open").hidden = live.lab?.audience.may_publish !== true;
    const own = slide(state);
    const covered = hides(state).sources;
    const known = { ...own, sources: own.sources.filter((key) => !covered.includes(key)) };
    find("sources").replaceChildren(...sources(known, state.lang, recording));
    vote = question.hear(live.lab);
    shown?.changed?.();
    if (!live.lab && !recording) return;
    const may = live.lab !== undefined && canJoin(live.lab);
    if (may === reached) return;
    reached = may;
    reach(reached);
  }

  pace((_, numbers) => {
    if (!state) return;
    const look = live.advance();
    shown?.draw?.(look);
    const now_ms = performance.now();
    if (!numbers && question.isCounting(now_ms)) question.count(counters, now_ms);
    if (!numbers) return;
    arrange(slide(state), waits(state));
    counters = live.counters(look);
    shown?.count?.(counters, look);
    question.count(counters, now_ms);
    tellAnswer();
    // What came meanwhile may need more room.
    if (overflows()) fit();
  });
  addEventListener("resize", fit);

  return { draw, live, counters: () => counters };
}

// A point of the slide; covered, only its first word shows, and it keeps its room.
export function point(text, covered) {
  if (!covered) return make("li", {}, text);
  const [, start, rest] = text.match(/^([^:]{1,20}: )?(.*)$/s);
  const mark = make("span", { class: "asks" }, "?");
  return make("li", {}, start ?? "", mark, make("span", { class: "covered", "aria-hidden": "true" }, rest));
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
    root.style.setProperty("--zoom", parseFloat(getComputedStyle(root).fontSize) / 15);
    if (!overflows()) break;
  }
}

// A column of text that is too long would run into the sources under it.
function textFits() {
  const lowest = Math.max(0, ...[...find("text").children].map((child) => child.getBoundingClientRect().bottom));
  return lowest <= find("sources").getBoundingClientRect().top;
}

// How does a phone vote on the question of a slide, and what does it see when the vote is over?

import { shares, voteOn, voterOf } from "../../model/shared/vote.js";
import { SLIDES } from "../../slides/index.js";
import { make } from "../shared/make.js";
import { bar, option } from "../shared/option.js";
import { slideWords } from "../shared/slide-words.js";
import { fill, setText, word } from "../shared/words.js";

const find = (id) => document.getElementById(id);

// Where the browser keeps nothing, a reload makes it another phone.
const kept = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {
      // it is known until the page is loaded again
    }
  },
};

export function voteView() {
  const voter = kept.get("voter") ?? voterOf(crypto.getRandomValues(new Uint8Array(16)));
  kept.set("voter", voter);
  let own = JSON.parse(kept.get("vote")) ?? {}; // { question, option } as this phone voted last
  let slide;
  let vote;
  let lang;
  let drawn; // what the options were made of
  let failed = false;

  async function choose(nth) {
    const { question } = vote;
    const body = JSON.stringify({ question, option: nth, voter });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("/lab/vote", { method: "POST", headers, body }).catch(() => undefined);
    failed = answer?.ok !== true;
    if (!failed) {
      own = { question, option: nth };
      kept.set("vote", JSON.stringify(own));
    }
    if (vote) draw();
  }

  // A vote that began again at zero does not have the one of before.
  const isOwn = (nth) => own.question === vote.question && own.option === nth && (vote.votes > 0 || !vote.open);

  function button(text, nth) {
    const made = make("button", { type: "button" }, text);
    made.addEventListener("click", () => choose(nth));
    return make("li", {}, made);
  }

  function result(text, nth) {
    const item = option(text, nth === slide.question.correct, lang);
    if (vote.counts) bar(item, shares(vote)[nth], vote.counts[nth], lang);
    if (isOwn(nth)) item.append(make("span", { class: "own" }, word(lang, "join.vote.own")));
    return item;
  }

  function draw() {
    const { question, options } = slideWords(lang, slide.id);
    find("asked").textContent = question;
    // Made only when it differs: the focus stays on a button.
    const of = JSON.stringify([lang, vote.question, vote.open, vote.counts]);
    if (of !== drawn) find("options").replaceChildren(...options.map(vote.open ? button : result));
    drawn = of;
    [...find("options").querySelectorAll("button")].forEach((made, nth) => made.setAttribute("aria-pressed", isOwn(nth)));
    const voted = options.some((_, nth) => isOwn(nth));
    const key = failed ? "failed" : !vote.open ? "closed" : voted ? "counted" : "open";
    setText(find("voted"), fill(word(lang, `join.vote.${key}`), { votes: vote.votes }));
  }

  // Shows the vote that the lab has now, if it has one.
  return (lab, newest) => {
    lang = newest;
    slide = SLIDES.find(({ id }) => id === lab?.vote?.question);
    const before = vote;
    vote = slide && voteOn(slide, lab);
    if (vote?.question !== before?.question || vote?.open !== before?.open) failed = false;
    find("vote").hidden = vote === undefined;
    if (vote) draw();
    else drawn = undefined;
  };
}

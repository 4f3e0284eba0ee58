// How does a phone vote on the question of a slide, and what does it see when the vote is over?

import { choice, isChosen, shares, voteOn, voterOf } from "../../model/shared/vote.js";
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
  let own = JSON.parse(kept.get("vote")) ?? {}; // what this phone chose last
  let sent = Promise.resolve(); // settles when the last choice was sent
  let slide;
  let vote;
  let lang;
  let drawn; // what the options were made of
  let failed = false;

  // One request after the other: on two connections the first choice could come last.
  function choose(nth) {
    const asked = vote;
    sent = sent.then(() => post(asked, nth));
  }

  async function post(asked, nth) {
    const body = JSON.stringify({ question: asked.question, option: nth, voter });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("/lab/vote", { method: "POST", headers, body }).catch(() => undefined);
    failed = answer?.ok !== true;
    if (!failed) {
      own = choice(asked, nth);
      kept.set("vote", JSON.stringify(own));
    }
    if (vote) draw();
  }

  const isOwn = (nth) => isChosen(vote, own, nth);

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
    const of = JSON.stringify([lang, vote.question, vote.opened, vote.open, vote.counts]);
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
    if (["question", "open", "opened"].some((key) => vote?.[key] !== before?.[key])) failed = false;
    find("vote").hidden = vote === undefined;
    if (vote) draw();
    else drawn = undefined;
  };
}

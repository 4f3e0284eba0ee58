// How does a slide ask its question, how do phones vote on it, and how does the answer come?

import { canJoin } from "../../model/shared/audience.js";
import { answer, counting, isRevealed, slide } from "../../model/talk/state.js";
import { shares, voteOn } from "../../model/shared/vote.js";
import { bar, option } from "../shared/option.js";
import { quantity, slideWords } from "../shared/slide-words.js";
import { fill, setText, word } from "../shared/words.js";

const COUNTING_MS = 900;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const find = (id) => document.getElementById(id);

export function questionView() {
  let state;
  let vote; // that of the phones on this question; undefined where there is none
  const closed = {}; // the last vote on each question, for who goes back to it
  let since_ms; // when the answer's number began to count up

  function drawOptions() {
    const own = slide(state);
    const open = isRevealed(state, own);
    const { options } = slideWords(state.lang, own.id);
    const list = options.map((text, nth) => option(text, open && nth === own.question.correct, state.lang));
    // Counts of an open vote would give away what most people believe.
    if (open && vote?.counts) shares(vote).forEach((share, nth) => bar(list[nth], share, vote.counts[nth], state.lang));
    find("options").replaceChildren(...list);
  }

  function forget() {
    find("answer").textContent = "";
    find("spoken").textContent = "";
    delete find("spoken").dataset.of;
  }

  return {
    draw(next, before) {
      state = next;
      const own = slide(state);
      if (!isRevealed(state, own)) forget();
      find("question").hidden = own.question === undefined;
      if (own.question === undefined) return;
      const { question, reveal } = slideWords(state.lang, own.id);
      const open = isRevealed(state, own);
      const now = open && before?.at === state.at && !isRevealed(before, own);
      since_ms = now && !calm.matches ? undefined : -Infinity;
      find("asked").textContent = question;
      // The answer has its room before it shows, so that nothing moves when it does.
      const longest = { value: 1000, unit: own.question.answer.of === "latency" ? "ms" : "B" };
      find("room").textContent = fill(reveal, { answer: quantity(answer(own, {}) ?? longest, state.lang) });
      find("before").hidden = open;
      drawOptions();
    },
    // The number goes on changing while it is looked at, but is read out once.
    count(counters, now_ms) {
      const own = slide(state);
      if (own.question === undefined || !isRevealed(state, own)) return;
      const number = answer(own, counters);
      const spoken = find("spoken");
      const isKnown = spoken.dataset.of === key(state);
      if (!isKnown) setText(spoken, answerText(own, number, state.lang));
      if (number !== undefined) {
        spoken.dataset.of = key(state);
        since_ms ??= now_ms;
      }
      const share = Math.min(1, (now_ms - since_ms) / COUNTING_MS);
      const grown = number && counting(number, 1 - (1 - share) ** 3);
      setText(find("answer"), answerText(own, grown, state.lang));
    },
    // Whether the number is counting up, which wants a picture each time.
    isCounting: (now_ms) => now_ms - since_ms < COUNTING_MS,
    hear(lab) {
      const own = slide(state);
      const newest = voteOn(own, lab);
      if (newest?.open === false) closed[own.id] = newest;
      vote = newest ?? closed[own.id];
      find("options").classList.toggle("voting", canJoin(lab));
      find("votes").textContent = vote ? fill(word(state.lang, "talk.votes"), { votes: vote.votes }) : "";
      if (own.question) drawOptions();
      return vote;
    },
  };
}

const key = (state) => `${slide(state).id} ${state.lang}`;

// The answer in a sentence, once its number is there.
export function answerText(own, number, lang) {
  if (number === undefined) return word(lang, "talk.waiting");
  return fill(slideWords(lang, own.id).reveal, { answer: quantity(number, lang) });
}

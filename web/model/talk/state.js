// Where is the talk, and what does a key do to it? A pure function of what was pressed:
// `keys.reduce(press, opening(slides, lang))`.
//
// { slides, at, revealed: [ids of slides whose answer shows], large, dark, lang, letters }. `large`:
// whether the slide's chart fills the screen. `letters`: whether single letters, and the question
// mark, are keys; a reader who dictates may not want them to be (WCAG 2.1.4).

import { latency_now, overheadPerUpdate } from "../wire/counters.js";

export const opening = (slides, lang) => ({
  slides,
  at: 0,
  revealed: [],
  large: false,
  dark: false,
  lang,
  letters: true,
});

const KEYS = {
  ArrowRight: "next",
  PageDown: "next",
  " ": "next",
  ArrowLeft: "back",
  PageUp: "back",
  Home: "first",
  End: "last",
};

// A screen that was darkened comes back by the next key of a remote control, too.
const LETTERS = { f: "full", p: "presenter", l: "language", b: "dark", "?": "help" };

// What a key stands for; undefined: nothing.
export const meaning = ({ letters }, key) =>
  KEYS[key] ?? (letters ? LETTERS[key.length === 1 ? key.toLowerCase() : key] : undefined);

export const press = (state, key) => act(state, meaning(state, key));

// What is asked of the talk, by a key or a button. What is not about its state ("full",
// "presenter", "help") leaves it as it is.
export function act(state, command) {
  switch (command) {
    case "next":
      return state.dark ? { ...state, dark: false } : next(state);
    case "back":
      return state.large ? grown(state, false) : at(state, state.at - 1);
    case "first":
      return at(state, 0);
    case "last":
      return at(state, state.slides.length - 1);
    case "large":
      return hasChart(slide(state)) ? grown(state, !state.large) : state;
    case "reveal":
      return waits(state) ? reveal(state) : state;
    case "language":
      return { ...state, lang: state.lang === "en" ? "ko" : "en" };
    case "dark":
      return { ...state, dark: !state.dark };
    case "letters":
      return { ...state, letters: !state.letters };
    default:
      return state;
  }
}

// First the answer, then the chart as large as the screen, then the next slide.
function next(state) {
  if (waits(state)) return reveal(state);
  return hasChart(slide(state)) && !state.large ? grown(state, true) : at(state, state.at + 1);
}

const hasChart = ({ piece }) => piece?.kind === "chart";

const grown = (state, large) => ({ ...state, large, dark: false });

// The answer stands beside the chart, so the chart may not cover it.
const reveal = (state) => ({ ...state, large: false, revealed: [...state.revealed, slide(state).id] });

function at(state, place) {
  const within = Math.min(state.slides.length - 1, Math.max(0, place));
  if (within === state.at && !state.dark && !state.large) return state;
  return { ...state, at: within, large: false, dark: false };
}

export const slide = ({ slides, at }) => slides[at];

export const isRevealed = ({ revealed }, { id }) => revealed.includes(id);

// Does a question of this slide wait for its answer?
export const waits = (state) => slide(state).question !== undefined && !isRevealed(state, slide(state));

// The slide of an address; an address that names none changes nothing.
export function go(state, hash) {
  const place = state.slides.findIndex(({ id }) => `#${id}` === hash);
  return place === -1 ? state : at(state, place);
}

// What one window tells the others; they have the slides themselves.
export const told = ({ slides, ...rest }) => rest;
export const heard = (state, { at, revealed, large, dark, lang, letters }) => ({
  ...state,
  at,
  revealed,
  large,
  dark,
  lang,
  letters,
});

const ratio = (part, whole) => (whole > 0 ? part / whole : undefined);

const READ = {
  overheadPerUpdate: (counters) => [overheadPerUpdate(counters), "B"],
  latency: (counters) => {
    const us = latency_now(counters);
    return [us === undefined ? undefined : us / 1000, "ms"];
  },
  handshake: ({ handshake, bytes, requests }) => [handshake ?? ratio(bytes.setup, requests), "B"],
  frame: ({ frame }) => [frame, "B"],
  updatesPerRequest: ({ whole, requests, updates }) => [ratio(whole?.updates ?? updates, whole?.requests ?? requests), ""],
};

// What answers the slide's question: { value, unit } from the counters of all transports (with those of
// whole.js, where the page has them), or from
// the record; undefined where there is no question, or no number yet.
export function answer({ question }, counters) {
  if (question === undefined) return undefined;
  const { of, transport, value, unit } = question.answer;
  if (of === "record") return { value, unit };
  const own = counters[transport];
  const [number, its] = own ? READ[of](own) : [];
  return number === undefined ? undefined : { value: number, unit: its };
}

// Where is the talk, and what does a key do to it? A pure function of what was pressed:
// `keys.reduce(press, opening(slides, lang))`.
//
// { slides, at, revealed: [ids of slides whose answer shows], phones, large, dark, lang, letters }.
// `phones`: whether phones can join; without them the talk skips the slides that need them.
// `large`: whether the slide's chart fills the screen. `letters`: whether single letters, and the
// question mark, are keys; a reader who dictates may not want them to be (WCAG 2.1.4).

import { latency, overheadPerUpdate } from "../wire/counters.js";

export const opening = (slides, lang) => ({
  slides,
  at: 0,
  revealed: [],
  phones: false,
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
const LETTERS = {
  f: "full",
  p: "presenter",
  l: "language",
  b: "dark",
  o: "overview",
  g: "goto",
  "?": "help",
};

// What a key stands for; undefined: nothing.
export const meaning = ({ letters }, key) =>
  KEYS[key] ?? (letters ? LETTERS[key.length === 1 ? key.toLowerCase() : key] : undefined);

export const press = (state, key) => act(state, meaning(state, key));

// What is asked of the talk, by a key or a button. What is not about its state ("full",
// "presenter", "overview", "goto", "help") leaves it as it is.
export function act(state, command) {
  switch (command) {
    case "next":
      return state.dark ? { ...state, dark: false } : next(state);
    case "back":
      return state.large ? grown(state, false) : step(state, -1);
    case "first":
      return at(state, shown(state)[0]);
    case "last":
      return at(state, shown(state).at(-1));
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
  return hasChart(slide(state)) && !state.large ? grown(state, true) : step(state, 1);
}

// The next or the previous slide that is not skipped.
function step(state, way) {
  const places = shown(state);
  return at(state, places[places.indexOf(state.at) + way] ?? state.at);
}

const hasChart = ({ piece }) => piece?.kind === "chart";

const grown = (state, large) => ({ ...state, large, dark: false });

// The answer stands beside the chart, so the chart may not cover it.
const reveal = (state) => ({ ...state, large: false, revealed: [...state.revealed, slide(state).id] });

function at(state, place) {
  if (place === state.at && !state.dark && !state.large) return state;
  return { ...state, at: place, large: false, dark: false };
}

// The places of the slides that are not skipped. The current one is among them: an address may lead
// to a slide that is.
export function shown({ slides, at, phones }) {
  const places = slides.map((_, place) => place);
  return places.filter((place) => place === at || phones || slides[place].needs !== "phones");
}

// Whether phones can join may change while the talk runs.
export const withPhones = (state, phones) => (phones === state.phones ? state : { ...state, phones });

export const slide = ({ slides, at }) => slides[at];

export const isRevealed = ({ revealed }, { id }) => revealed.includes(id);

// Does a question of this slide wait for its answer?
export const waits = (state) => slide(state).question !== undefined && !isRevealed(state, slide(state));

// The slide of an address; an address that names none changes nothing.
export function go(state, hash) {
  const place = state.slides.findIndex(({ id }) => `#${id}` === hash);
  return place === -1 ? state : at(state, place);
}

// The slide of a number as the audience counts them, from 1; another number changes nothing.
export function goNumber(state, number) {
  const place = shown(state)[number - 1];
  return place === undefined ? state : at(state, place);
}

// What one window tells the others; they have the slides themselves.
export const told = ({ slides, ...rest }) => rest;
export const heard = (state, { at, revealed, phones, large, dark, lang, letters }) => ({
  ...state,
  at,
  revealed,
  phones,
  large,
  dark,
  lang,
  letters,
});

// What gives the slide's answer away, and is hidden as long as it waits.
export function hides(state) {
  const { points = [], sources = [], kinds = [] } = (waits(state) && slide(state).question.hides) || {};
  return { points, sources, kinds };
}

const ratio = (part, whole) => (whole > 0 ? part / whole : undefined);

// The number in the transport's row.
function latency_ms(counters) {
  const us = latency(counters);
  return us === undefined ? undefined : us / 1000;
}

const READ = {
  overheadPerUpdate: (counters) => [overheadPerUpdate(counters), "B"],
  overheadPerExchange: ({ overheadPerExchange }) => [overheadPerExchange, "B"],
  latency: (counters) => [latency_ms(counters), "ms"],
  handshake: ({ handshake, bytes, requests }) => [handshake ?? ratio(bytes.setup, requests), "B"],
  frame: ({ frame }) => [frame, "B"],
  updatesPerRequest: ({ whole, requests, updates }) => {
    const updatesPer = ratio(whole?.updates ?? updates, whole?.requests ?? requests);
    return [updatesPer === undefined ? undefined : Math.round(updatesPer), ""];
  },
};

// What answers the slide's question: { value, unit } from the counters of all transports (with those of
// whole.js, where the page has them), or from the record; undefined where there is no question, or no
// number yet.
export function answer({ question }, counters) {
  if (question === undefined) return undefined;
  const { of, transport, value, unit } = question.answer;
  if (of === "record") return { value, unit };
  const own = counters[transport];
  const [number, its] = own ? READ[of](own) : [];
  return number === undefined ? undefined : { value: number, unit: its };
}

// The answer while it counts up: `share` of it, from 0 to 1. A number of the record keeps its digits.
export function counting({ value, unit }, share) {
  if (share >= 1) return { value, unit };
  if (typeof value === "number") return { value: Math.round(value * share), unit };
  const [, digits = ""] = value.split(".");
  return { value: (Number(value) * share).toFixed(digits.length), unit };
}

// Where an arrow key leads in the overview, whose `all` slides stand in rows of `columns`.
export function inGrid(place, key, columns, all) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  if (key === "Home") return 0;
  if (key === "End") return all - 1;
  const to = place + (steps[key] ?? 0);
  return to >= 0 && to < all ? to : place;
}

// Which language does the page speak, and how do its words get into the document?

import en from "../../words/en.js";
import ko from "../../words/ko.js";

const WORDS = { en, ko };

export function language(asked) {
  if (asked in WORDS) return asked;
  return navigator.language.startsWith("ko") ? "ko" : "en";
}

export const other = (lang) => (lang === "en" ? "ko" : "en");

// `when.now` is words.when.now. A word that is missing shows as its key, never as nothing.
export function word(lang, key) {
  return key.split(".").reduce((words, part) => words?.[part], WORDS[lang]) ?? key;
}

// Puts values into a word that leaves room for them: "recovered in {ms}".
export const fill = (word, values) => word.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

// Sets the text of an element only where it differs: a screen reader reads out a live region each
// time that its text is set.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Fills every element that names its word: <h1 data-word="title">.
export function say(lang) {
  document.documentElement.lang = lang;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = word(lang, element.dataset.word);
  }
}

const formats = new Map();

// How numbers are written, with at most this many digits after the point. A format is slow to make.
export function numberFormat(lang, maximumFractionDigits = 0) {
  const key = `${lang} ${maximumFractionDigits}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(lang, { maximumFractionDigits }));
  return formats.get(key);
}

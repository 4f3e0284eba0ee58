// What do the slides say, and how is the answer to a question written?

import en from "../../words/slides/en.js";
import ko from "../../words/slides/ko.js";
import { fill } from "./words.js";

const WORDS = { en, ko };

export const slideWords = (lang, id) => WORDS[lang][id] ?? {};

export const sourceWord = (lang, key) => WORDS[lang].sources[key] ?? key;

// "612 B"; a unit of the record's figures is a word of the language.
export function quantity({ value, unit }, lang) {
  const digits = Math.abs(value) < 100 ? 1 : 0;
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: digits });
  const n = typeof value === "number" ? number.format(value) : value;
  const own = WORDS[lang].units?.[unit];
  return own ? fill(own, { n }) : `${n} ${unit}`.trim();
}

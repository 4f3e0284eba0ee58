// How does an option of a question look when the answer is known, and how many chose it?

import { make } from "./make.js";
import { fill, word } from "./words.js";

// The correct option is marked by a sign, and by a word for those who hear the page.
export function option(text, isCorrect, lang) {
  const mark = make("span", { class: "mark", "aria-hidden": "true" }, "✓");
  const heard = make("span", { class: "heard" }, word(lang, "talk.correct"));
  return make(
    "li",
    { class: isCorrect ? "correct" : undefined },
    make("span", {}, text),
    ...(isCorrect ? [" ", mark, heard] : []),
  );
}

// A bar behind the option, as long as its share of the votes.
export function bar(item, share, count, lang) {
  item.style.setProperty("--share", `${100 * share}%`);
  const heard = make("span", { class: "heard" }, fill(word(lang, "talk.votes"), { votes: count }));
  item.append(" ", make("data", { value: count, "aria-hidden": "true" }, count), heard);
}

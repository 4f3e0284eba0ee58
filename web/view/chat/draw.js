// What does the chat look like? Lines with their senders; what else the feed brings is one small line.

import { make } from "../shared/make.js";
import { fill, word } from "../shared/words.js";

const NEAR_PX = 40; // within this distance from its end, the log follows new lines

// `own` begins the ids of the lines that this page has sent.
export function drawLines(log, entries, own, lang) {
  const follows = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  const number = new Intl.NumberFormat(lang);
  log.querySelector("ol").replaceChildren(...entries.map((entry) => row(entry, own, lang, number)));
  if (follows) log.scrollTop = log.scrollHeight;
}

function row(entry, own, lang, number) {
  if (entry.kind === "line") return line(entry, own);
  const count = number.format(entry.count);
  const newest = entry.kind === "others" ? brief(entry.newest) : "";
  return make("li", { class: entry.kind }, fill(word(lang, `chat.${entry.kind}`), { count, newest }));
}

function line({ id, from, said }, own) {
  const mine = typeof id === "string" && id.startsWith(`${own}-`);
  return make(
    "li",
    { class: mine ? "line own" : "line", "data-transport": from },
    make("b", {}, from ?? "?"),
    make("span", {}, said),
  );
}

const brief = (data) => {
  const text = typeof data?.price === "number" ? String(data.price) : JSON.stringify(data) ?? "";
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

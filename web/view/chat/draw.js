// What does the chat look like? Lines with their senders; what else the feed brings is one small line.

import { changes, settled } from "../../model/chat/lines.js";
import { make } from "../shared/make.js";
import { fill, setText, word } from "../shared/words.js";

const NEAR_PX = 40; // within this distance from its end, the list follows new lines

// Returns `draw(entries, lang)` for the list in `root`. `own` begins the ids of the lines that this page
// has sent. Lines are only appended, so that a screen reader reads each once. The updates that are still
// counted are outside of what it reads.
export function linesView(root, own) {
  const list = root.querySelector("ol");
  const others = root.querySelector("p");
  let shown = [];
  let spoken;

  function translate(entries, lang) {
    entries.forEach((entry, nth) => {
      if (entry.kind !== "line") setText(list.children[nth], note(entry, lang));
    });
  }

  return (entries, lang) => {
    const follows = root.scrollHeight - root.scrollTop - root.clientHeight < NEAR_PX;
    const { list: now, counting } = settled(entries);
    const { gone, added } = changes(shown, now);
    for (let nth = 0; nth < gone; nth += 1) list.firstChild.remove();
    list.append(...added.map((entry) => row(entry, own, lang)));
    if (lang !== spoken) translate(now, lang);
    [shown, spoken] = [now, lang];
    others.hidden = counting === undefined;
    setText(others, counting ? note(counting, lang) : "");
    if (follows) root.scrollTop = root.scrollHeight;
  };
}

function row(entry, own, lang) {
  if (entry.kind === "line") return line(entry, own);
  // "off": a count of other updates is not read out.
  return make("li", { class: entry.kind, "aria-live": entry.kind === "others" ? "off" : undefined }, note(entry, lang));
}

function note(entry, lang) {
  const count = new Intl.NumberFormat(lang).format(entry.count);
  const newest = entry.kind === "others" ? brief(entry.newest) : "";
  return fill(word(lang, `chat.${entry.kind}`), { count, newest });
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

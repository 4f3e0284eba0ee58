// Why was a page refresh not enough? Two small pages receive the same updates while somebody types into
// each. One is replaced as a whole, the other changes its list only.

import { messages } from "../../model/talk/events.js";
import { make } from "../shared/make.js";
import { word } from "../shared/words.js";

const LINES = 2;
const TYPE_MS = 180;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function redrawPiece(live, lang) {
  const typed = word(lang, "talk.redraw.typed");
  const whole = page("whole", lang);
  const part = page("part", lang);
  let seen; // the newest passage that is in the pages
  let began_ms = performance.now(); // when typing began: in the page that is replaced, and in the other
  let replaced_ms = began_ms;

  function draw() {
    const newest = live.texts.at(-1);
    if (newest !== undefined && newest !== seen) {
      seen = newest;
      const lines = live.texts.slice(-LINES).flatMap(messages).slice(-LINES);
      whole.replace(lines);
      part.list(lines);
      replaced_ms = performance.now();
    }
    const now_ms = performance.now();
    whole.type(typed.slice(0, (now_ms - replaced_ms) / TYPE_MS));
    part.type(typed.slice(0, (now_ms - began_ms) / TYPE_MS));
    if ((now_ms - began_ms) / TYPE_MS > 2 * typed.length) began_ms = now_ms;
  }

  draw();
  return { root: make("div", { class: "redraw" }, whole.root, part.root), draw };
}

function page(name, lang) {
  const list = make("ul");
  const input = make("p", { class: "typed" });
  const sheet = make("div", { class: "sheet" }, list, input);
  const root = make("section", { class: name }, make("h3", {}, word(lang, `talk.redraw.${name}`)), sheet);
  const fill = (lines) =>
    list.replaceChildren(...lines.map(({ seq, data }) => make("li", {}, `${seq}: ${said(data)}`)));
  return {
    root,
    list: fill,
    replace(lines) {
      fill(lines);
      if (!calm.matches) sheet.animate({ opacity: [0, 0, 1] }, 500);
    },
    type: (text) => input.textContent !== `${text}|` && (input.textContent = `${text}|`),
  };
}

// An update's data in a few words.
function said(data) {
  if (typeof data?.said === "string") return data.said.slice(0, 20);
  const { pad, ...short } = typeof data === "object" && data !== null ? data : { data };
  const values = Object.values(short).map((value) => (typeof value === "number" ? value.toFixed(2) : value));
  return values.join(" ").slice(0, 20);
}

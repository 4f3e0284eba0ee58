// How many bytes of which class? A bar that grows, in the colours of the ledger.

import { CLASSES } from "../../model/wire/counters.js";
import { make } from "./make.js";
import { word } from "./words.js";

export function bar() {
  const spans = CLASSES.map((name) => {
    const span = make("span");
    span.dataset.class = name;
    return span;
  });
  const fill = make("div", { class: "fill" }, spans);
  const root = make("div", { class: "classes" }, [fill]);
  root.setAttribute("role", "img");
  root.setAttribute("aria-label", "0 B");
  return {
    root,
    // `share`: how long the bar is, of the room that it has.
    draw(bytes, share, lang) {
      const all = CLASSES.reduce((sum, name) => sum + (bytes[name] ?? 0), 0);
      fill.style.width = `${100 * share}%`;
      CLASSES.forEach((name, nth) => (spans[nth].style.flexGrow = all ? (bytes[name] ?? 0) / all : 0));
      const number = new Intl.NumberFormat(lang);
      const said = CLASSES.filter((name) => bytes[name]).map(
        (name) => `${word(lang, `wireBytes.class.${name}`)} ${number.format(bytes[name])} B`,
      );
      root.title = said.join("\n");
      root.setAttribute("aria-label", said.join(", ") || "0 B");
    },
  };
}

// Which colour is which class.
export function legend(list, lang) {
  const shown = CLASSES.filter((name) => name !== "tls" || location.protocol === "https:");
  list.replaceChildren(
    ...shown.map((name) => {
      const patch = make("span", { class: "patch", "data-class": name });
      return make("li", {}, [patch, word(lang, `wireBytes.class.${name}`)]);
    }),
  );
}

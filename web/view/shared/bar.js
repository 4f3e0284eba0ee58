// How many bytes of which class? A pile that grows, in the colours of the ledger.

import { LEDGER } from "../../model/wire/counters.js";
import { make } from "./make.js";
import { numberFormat, setText, word } from "./words.js";

export function pile() {
  const full = make("span", { class: "full" });
  const stack = make("div", { class: "stack" });
  const root = make("div", { class: "pile" }, [stack, full]);
  root.setAttribute("role", "img");
  root.setAttribute("aria-label", "0 B");
  return {
    root,
    // `most`: with this number of bytes the pile is full. It is the same for all piles.
    draw(bytes, most, lang) {
      const { stops } = LEDGER.reduce(grow, { stops: [], from: 0, bytes, most });
      stack.style.backgroundImage = `linear-gradient(to top, ${stops.join(", ")}, transparent 0)`;
      setText(full, size(most, lang));
      const number = numberFormat(lang);
      const said = LEDGER.filter((name) => bytes[name]).map(
        (name) => `${word(lang, `wireBytes.class.${name}`)} ${number.format(bytes[name])} B`,
      );
      root.title = said.join("\n");
      root.setAttribute("aria-label", said.join(", ") || "0 B");
    },
    hide() {
      stack.style.backgroundImage = "none";
      setText(full, "");
      root.title = "";
      root.setAttribute("aria-label", "?");
    },
  };
}

// TCP/IP has the faintest colour, so a line sets it apart.
function grow({ stops, from, bytes, most }, name) {
  const to = from + (100 * (bytes[name] ?? 0)) / most;
  const colour = `var(--class-${name})`;
  const line = `var(--soft) 0 calc(${to}% + 1.5px)`;
  if (to > from) stops.push(`${colour} 0 ${to}%`, ...(name === "payload" || name === "tcp_ip" ? [line] : []));
  return { stops, from: to, bytes, most };
}

// A round number of bytes.
export function size(bytes, lang) {
  const number = numberFormat(lang, 1);
  if (bytes < 1e3) return `${number.format(bytes)} B`;
  return bytes < 1e6 ? `${number.format(bytes / 1e3)} kB` : `${number.format(bytes / 1e6)} MB`;
}

// Which colour is which class, of those that are not `without`.
export function legend(list, lang, without = []) {
  const shown = LEDGER.filter((name) => !without.includes(name) && (name !== "tls" || location.protocol === "https:"));
  list.replaceChildren(
    ...shown.map((name) => {
      const patch = make("span", { class: "patch", "data-class": name });
      return make("li", {}, [patch, word(lang, `wireBytes.class.${name}`)]);
    }),
  );
}

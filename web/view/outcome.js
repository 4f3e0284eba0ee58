// What came of what went wrong? What is wrong now, in a sentence each; and for each transport,
// after the plug was out, how soon it was back and what it lost.

import { lastOutage, outage } from "../model/outage.js";
import { make } from "./make.js";
import { fill, word } from "./words.js";

const find = (id) => document.getElementById(id);
const WRONG = ["unplugged", "buffers", "strips-upgrade", "six"];

export function wrongs(lab, lang) {
  const is = new Set(lab.panels.flatMap(({ proxy, plugged }) => [proxy, plugged ? null : "unplugged"]));
  if (find("six").getAttribute("aria-pressed") === "true") is.add("six");
  const said = WRONG.filter((key) => is.has(key)).map((key) => word(lang, `outcome.${key}`));
  const shown = [...find("outcome").children].map(({ textContent }) => textContent);
  if (said.join() === shown.join()) return;
  find("outcome").replaceChildren(...said.map((text) => make("p", {}, text)));
}

// Undefined where the plug was not out lately.
export function outcome(log, lab, name, lang) {
  if (!lab.panels.find(({ transport }) => transport === name).plugged) return word(lang, "outcome.cut");
  const span = lastOutage(log, name);
  if (!span) return undefined;
  const { back_us, repeated, lost } = outage(log, name, span);
  if (back_us === undefined) return word(lang, "outcome.waiting");
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  const [s, ...counts] = [back_us / 1e6, lost, repeated].map((value) => number.format(value));
  return fill(word(lang, "outcome.back"), { s, lost: counts[0], repeated: counts[1] });
}

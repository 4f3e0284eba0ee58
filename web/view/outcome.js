// What came of what went wrong? After the plug was out: who is back, how soon, who lost what.

import { lastOutage, outage } from "../model/outage.js";
import { TRANSPORTS } from "../model/transports.js";
import { make } from "./make.js";
import { word } from "./words.js";

const find = (id) => document.getElementById(id);

export function outcome() {
  let shown = "";
  let lang = "en";

  function draw(log, lab) {
    const facts = [];
    const wrong = new Set(lab.panels.flatMap(({ proxy, plugged }) => [proxy, plugged ? null : "unplugged"]));
    for (const key of ["unplugged", "buffers", "strips-upgrade"]) {
      if (wrong.has(key)) facts.push(word(lang, `outcome.${key}`));
    }
    if (find("six").getAttribute("aria-pressed") === "true") facts.push(word(lang, "outcome.six"));
    const rows = TRANSPORTS.flatMap(({ name }) => {
      const span = lastOutage(log, name);
      return span ? [{ name, ...outage(log, name, span) }] : [];
    });
    const newest = JSON.stringify([lang, facts, rows]);
    if (newest === shown) return;
    shown = newest;
    const paragraphs = facts.map((textContent) => make("p", {}, textContent));
    find("outcome").replaceChildren(...paragraphs, ...(rows.length ? [table(rows)] : []));
  }

  function table(rows) {
    const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
    const heads = ["transport", "back", "repeated", "lost"];
    const head = heads.map((key) => make("th", { scope: "col" }, word(lang, `outcome.${key}`)));
    const body = rows.map(({ name, back_us, repeated, lost }) => {
      const back = back_us === undefined ? word(lang, "outcome.waiting") : `${number.format(back_us / 1e6)} s`;
      return make("tr", {}, [
        make("th", { scope: "row" }, name),
        ...[back, number.format(repeated), number.format(lost)].map((textContent) =>
          make("td", {}, textContent),
        ),
      ]);
    });
    return make("table", {}, [
      make("caption", {}, word(lang, "outcome.caption")),
      make("thead", {}, [make("tr", {}, head)]),
      make("tbody", {}, body),
    ]);
  }

  return { draw, speak: (newest) => (lang = newest) };
}

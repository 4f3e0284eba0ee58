// The effects of faults: the current faults, and for each transport whether it is refused, or how it
// recovered.

import { outage } from "../../model/wire/outage.js";
import { refusal } from "../../model/wire/refusal.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { make } from "./make.js";
import { fill, word } from "./words.js";

const find = (id) => document.getElementById(id);
const WRONG = {
  unplugged: ({ plugged }) => !plugged,
  buffers: ({ proxy }) => proxy === "buffers",
  "strips-upgrade": ({ proxy }) => proxy === "strips-upgrade",
};

// `stopped`: servers of a cluster; `gone`: the server itself; `missed`: messages that this page was too
// slow for.
export function wrongs({ panels }, { stopped, gone, missed, six }, lang) {
  const said = Object.entries(WRONG).flatMap(([key, is]) => {
    const hit = panels.filter(is).map(({ transport }) => transport);
    if (hit.length === 0) return [];
    const text = word(lang, `outcome.${key}`);
    return hit.length === TRANSPORTS.length ? text : `${hit.join(", ")}: ${text}`;
  });
  if (stopped.length) said.push(`${stopped.join(", ")}: ${word(lang, "outcome.stopped")}`);
  if (six) said.push(word(lang, "outcome.six"));
  if (gone) said.push(word(lang, "outcome.gone"));
  if (missed) said.push(fill(word(lang, "outcome.missed"), { missed }));
  const shown = [...find("outcome").children].map(({ textContent }) => textContent);
  if (said.join() === shown.join()) return;
  find("outcome").replaceChildren(...said.map((text) => make("p", {}, text)));
}

// { text, wrong, silent, waiting } of a row, at an instant; undefined where nothing went wrong lately. `silent`:
// no update comes. `waiting`: it has not recovered yet.
export function outcome(log, at_us, name, lang) {
  const status = refusal(log, name, at_us);
  if (status) return { text: fill(word(lang, "outcome.refused"), { status }), wrong: true, silent: true };
  const became = outage(log, name, at_us);
  if (became === undefined) return undefined;
  const { server, back_us, repeated, lost } = became;
  if (back_us === undefined) return { text: word(lang, "outcome.waiting"), wrong: true, waiting: true };
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  const say = (key, value) => fill(word(lang, `outcome.${key}`), { value: number.format(value), server });
  const parts = [say(server ? "moved" : "back", back_us / 1e6)];
  if (lost !== undefined) parts.push(say("lost", lost), say("repeated", repeated));
  return { text: parts.join(" · "), wrong: lost > 0 };
}

// What did a row come to? Its counters, next to its wire.

import { latency, overheadPerUpdate, overheadPerUpdateWithTcpIp, p99 } from "../../model/wire/counters.js";
import { make } from "./make.js";
import { fill, numberFormat, setText, word } from "./words.js";

// Longer than any usual interval of a poll here.
export const OVERDUE_US = 3_000_000;
// A mean of fewer updates says little.
const ENOUGH = 5;
const KEYS = ["overhead", "without", "latency", "p99", "requests", "connections"];
const KIND = { overhead: "bytes", without: "bytes", latency: "latency", p99: "latency", requests: "requests" };

export function duration(us, lang) {
  if (us === undefined) return "–";
  const digits = us < 1e5 || us >= 1e6 ? 1 : 0;
  return us < 1e6
    ? `${numberFormat(lang, digits).format(us / 1e3)} ms`
    : `${numberFormat(lang, digits).format(us / 1e6)} s`;
}

const bytes = (count, lang) => (count === undefined ? "–" : `${numberFormat(lang, count < 10 ? 1 : 0).format(count)} B`);

export function numbers() {
  const all = Object.fromEntries(KEYS.map((key) => [key, counter(key)]));
  const span = make("p", { class: "span" });
  let lang = "en";
  let withTcpIp;
  const list = make("dl", {}, Object.values(all).map(({ group }) => group));
  return {
    parts: [list, span],
    // `silent`: no update comes. `hidden`: the kinds that are not to be seen.
    tell(counters, { silent, hidden }) {
      const told = values(counters, silent, lang);
      for (const key of KEYS) all[key].tell(hidden.has(KIND[key]) ? "?" : told[key]);
      nameOverhead(overheadPerUpdateWithTcpIp(counters) !== undefined);
      const s = numberFormat(lang).format(counters.span_us / 1e6);
      setText(span, fill(word(lang, "wires.span"), { s }));
    },
    speak(newest) {
      lang = newest;
      withTcpIp = undefined;
      for (const key of KEYS) all[key].say(word(lang, `wires.${key}`));
    },
  };

  function nameOverhead(is) {
    if (is === withTcpIp) return;
    withTcpIp = is;
    all.overhead.say(word(lang, is ? "wires.overheadTcpIp" : "wires.overhead"));
    all.without.group.hidden = !is;
  }
}

function values(counters, silent, lang) {
  const enough = !silent && counters.updates >= ENOUGH;
  const without = enough ? overheadPerUpdate(counters) : undefined;
  // A client that receives nothing has no latency that ended.
  const overdue = counters.overdue_us > OVERDUE_US;
  return {
    overhead: bytes(enough ? (overheadPerUpdateWithTcpIp(counters) ?? without) : undefined, lang),
    without: bytes(without, lang),
    latency: overdue ? `> ${duration(counters.overdue_us, lang)}` : duration(silent ? undefined : latency(counters), lang),
    p99: duration(counters.updates >= ENOUGH ? p99(counters) : undefined, lang),
    requests: numberFormat(lang).format(counters.requests),
    connections: numberFormat(lang).format(counters.connections),
  };
}

function counter(key) {
  const term = make("dt");
  const value = make("data", { class: key }, "–");
  const group = make("div", { class: key }, [term, make("dd", {}, [value])]);
  return {
    group,
    say: (text) => setText(term, text),
    tell: (text) => setText(value, text),
  };
}

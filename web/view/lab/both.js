// How does a reader send one line on both transports at the same time, and when does it come back?
// The panels send: each by its transport's own means.

import { PAIR } from "../../model/lab/scenes.js";
import { underWay } from "../../model/panel/said.js";
import { mayPublish } from "../../model/shared/audience.js";
import { get } from "../../model/wire/queue.js";
import { duration } from "../shared/numbers.js";
import { describeSaid } from "../shared/said.js";
import { fill, numberFormat, setText, word } from "../shared/words.js";

const find = (id) => document.getElementById(id);

// `look()` tells the log as it is now.
export function both(eight, look) {
  let lang;
  let first; // the id of the first passage after a line was sent
  const states = {}; // of what each panel has sent last, by transport

  function draw() {
    const told = PAIR.filter((name) => states[name]).map(describe);
    setText(find("lines"), told.join(" · ") || word(lang, "scenes.noLine"));
    find("both").querySelector("button").setAttribute("aria-disabled", busy());
  }

  function describe(name) {
    const { stage, round_trip_ms } = states[name];
    if (stage !== "back") return `${name}: ${describeSaid(states[name], lang)}`;
    const length = sentBytes(look(), name, first);
    // The server may report the bytes after the line has come back.
    if (length === 0) return `${name}: ${word(lang, "panel.underWay")}`;
    const told = { name, bytes: `${numberFormat(lang).format(length)} B`, ms: duration(1000 * round_trip_ms, lang) };
    return fill(word(lang, "scenes.lineBack"), told);
  }

  const busy = () => Object.values(states).some(underWay);

  find("both").addEventListener("submit", (event) => {
    event.preventDefault();
    const say = find("line").value;
    if (busy() || !say.trim()) return;
    first = look().nextId;
    for (const name of PAIR) eight.tell(name, { say });
    find("line").select();
  });

  addEventListener("message", (event) => {
    const { data } = event;
    const name = eight.sender(event);
    if (!PAIR.includes(name) || !data.said) return;
    states[name] = data.said;
    draw();
  });

  return {
    draw,
    // Where nobody would be heard, there is nothing to type into.
    hear(lab) {
      const may = mayPublish(lab);
      find("line").disabled = !may;
      for (const element of [find("both"), find("mayNot")]) element.dataset.may = may;
    },
    enter() {
      for (const name of PAIR) delete states[name];
      draw();
    },
    speak(newest) {
      lang = newest;
      // Replaces what the field shows until the reader edits it.
      find("line").defaultValue = word(lang, "scenes.suggested");
      draw();
    },
  };
}

// The bytes of the first line that was sent since a passage: the request with its body, or the frame.
function sentBytes(log, transport, first) {
  const { passages } = log.rows[transport];
  const sent = [];
  for (let place = passages.length - 1; get(passages, place)?.id >= first; place -= 1) {
    if (get(passages, place).sends) sent.unshift(get(passages, place));
  }
  const own = sent.filter(({ connection }) => connection === sent[0].connection);
  return own.reduce((sum, { length }) => sum + length, 0);
}

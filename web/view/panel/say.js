// How does a reader speak by this transport, and what has come of it?

import { NOTHING, said, underWay } from "../../model/panel/said.js";
import { Refused } from "../../transports/parts/publish.js";
import { fill, setText, word } from "../shared/words.js";

const input = document.getElementById("text");
// So that a panel knows its own updates from those of the same transport in another browser.
const own = crypto.getRandomValues(new Uint32Array(1))[0].toString(36);
let sent = 0;
let state = NOTHING;

// The text stays in its field until it has come back, so nothing that was typed is ever lost.
export function tellSaid(kind, value) {
  const before = state;
  state = said(state, { kind, value, at: performance.now() });
  if (state.stage === "back" && before.stage !== "back" && input.value === state.text) {
    input.value = "";
  }
}

// Where nobody would be heard, there is nothing to type into.
export function allowToSay(may) {
  document.getElementById("say").hidden = !may;
}

// `sender()` is the transport's `send`, or nothing while it does not run.
export function whenSent(from, sender, changed) {
  document.getElementById("say").addEventListener("submit", (event) => {
    event.preventDefault();
    if (underWay(state) || !input.value.trim()) return;
    const text = input.value;
    const id = `${own}-${(sent += 1)}`;
    tellSaid("sent", { id, text });
    send(sender(), id, JSON.stringify({ from, id, said: text })).then(changed);
    changed();
  });
}

async function send(by, id, text) {
  if (!by) return tellSaid("failed", { id, reason: "paused" });
  try {
    const seq = await by(text);
    // A request is answered; a frame is not.
    if (seq !== undefined) tellSaid("taken", { id });
  } catch (error) {
    const refused = error instanceof Refused;
    tellSaid("failed", { id, reason: refused ? "refused" : "unreached", why: error.message });
  }
}

export function drawSaid(lang) {
  const status = document.getElementById("said");
  setText(status, outcome(lang));
  status.className = ["failed", "cut", "missed"].includes(state.stage) ? "wrong" : "";
  document.querySelector("#say button").setAttribute("aria-disabled", underWay(state));
}

function outcome(lang) {
  const { stage, reason, why, round_trip_ms } = state;
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const ms = new Intl.NumberFormat(lang, { style: "unit", unit: "millisecond", ...digits });
  switch (stage) {
    case "nothing":
      return "";
    case "sent":
    case "taken":
      return word(lang, "panel.underWay");
    case "back":
      return fill(word(lang, "panel.back"), { ms: ms.format(round_trip_ms) });
    case "failed":
      return fill(word(lang, `panel.${reason}`), { why });
    default:
      return fill(word(lang, `panel.${stage}`), { why });
  }
}

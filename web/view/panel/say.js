// How does a reader speak by this transport, and what has come of it?

import { NOTHING, said, underWay } from "../../model/panel/said.js";
import { Refused } from "../../transports/parts/publish.js";
import { describeSaid } from "../shared/said.js";
import { setText } from "../shared/words.js";

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
  // The page around may have sent it.
  if (state !== before && parent !== window) parent.postMessage({ said: state }, "*");
}

// Where nobody would be heard, there is nothing to type into.
export function allowToSay(may) {
  document.getElementById("say").hidden = !may;
}

// `sender()` is the transport's `send`, or nothing while it does not run. Returns what sends a text
// that was typed elsewhere.
export function whenSent(from, sender, changed) {
  function say(text) {
    if (underWay(state) || !text.trim()) return;
    const id = `${own}-${(sent += 1)}`;
    tellSaid("sent", { id, text });
    send(sender(), id, JSON.stringify({ from, id, said: text })).then(changed);
    changed();
  }
  document.getElementById("say").addEventListener("submit", (event) => {
    event.preventDefault();
    say(input.value);
  });
  return say;
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
  setText(status, describeSaid(state, lang));
  status.className = ["failed", "cut", "missed"].includes(state.stage) ? "wrong" : "";
  document.querySelector("#say button").setAttribute("aria-disabled", underWay(state));
}

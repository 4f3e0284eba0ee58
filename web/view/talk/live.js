// What passes on the wires? Live; or, where no server answers, as it was recorded, by the same code.

import { followers } from "../../model/wire/counters.js";
import { messages } from "../../model/talk/events.js";
import { withHandshake } from "../../model/wire/compare.js";
import { add, EMPTY_LOG, labAt } from "../../model/wire/log.js";
import { lag_us } from "../../model/wire/playhead.js";
import { replay } from "../../model/talk/replay.js";
import { isSilent, timeout_ms } from "../../model/talk/silence.js";
import { withExchanges } from "../../model/talk/exchanges.js";
import { whole, withWhole } from "../../model/talk/whole.js";
import { NAMES } from "../../model/shared/transports.js";
import { passages } from "../../model/wire/passage.js";
import { browser_us, fetchLab, isSame, listen, serverClock } from "../shared/lab.js";
import { panels } from "../shared/panels.js";

const AGAIN_MS = 5000;
// The state that is assumed without a server; the slides name those that differ.
export const RECORDINGS = ["talk", "polling", "strips-upgrade"];
// A recording begins as if it had played so long: nobody waits for the first arrow.
const BEFORE_US = 10_000_000;

// `query` may set `timeout_s`: after that many seconds (3) without a message from the server, the
// recording plays. `changed()` is called when another log begins: `live` says which.
export function liveOrRecorded(query, into, changed) {
  const clock = serverClock();
  let lab; // that of the server; undefined where there is none
  let eight;
  let hidden = [];
  const recordings = {};
  let playing = "talk"; // which of them, where no server answers
  const timeout = timeout_ms(query.get("timeout_s"));
  let heard_ms = performance.now(); // when the last message came
  let isLost = false; // whether the connection was closed since then
  let source = begin();

  function begin(recording) {
    const due = recording && replay(recording, browser_us() - BEFORE_US);
    return { recording, due, log: EMPTY_LOG, count: followers(), newest: {}, texts: [], lines: [], whole: {} };
  }

  const start = (recording) => {
    source = begin(recording);
    changed();
  };

  function take(message) {
    source.log = add(source.log, message);
    notice(source, message);
    source.whole = whole(source.whole, message);
  }

  function hear(message) {
    clock.hear(message);
    heard_ms = performance.now();
    isLost = false;
    if (message.lab && !isSame(lab, message.lab)) return location.reload();
    lab = message.lab ?? lab;
    if (source.due) start();
    take(message);
    if (message.lab) changed();
  }

  function lose() {
    if (!isLost && !source.due) take({ sent_us: clock.now_us(), lost: true });
    isLost = true;
  }

  async function connect() {
    lab = await fetchLab().catch(() => undefined);
    if (lab) {
      eight = panels(query, lab, { into, brief: true });
      // They run all the time; a slide shows one of them, and nobody can reach the others.
      for (const name of NAMES) eight.frame(name).inert = true;
      eight.speak(document.documentElement.lang);
      eight.hide(hidden);
      changed();
      return listen(hear, lose);
    }
    heard_ms = -Infinity;
    // The policy of a page from the cache names the ports of another server.
    setTimeout(async () => ((await fetchLab().catch(() => undefined)) ? location.reload() : connect()), AGAIN_MS);
  }
  connect();
  for (const name of RECORDINGS) {
    fetch(`recordings/${name}.json`)
      .then(async (answer) => answer.ok && (recordings[name] = await answer.json()))
      .catch(() => undefined);
  }

  return {
    // Brings the log to this instant; to be called for each picture.
    advance() {
      const silent = isSilent(performance.now() - heard_ms, timeout, isLost);
      const recording = recordings[playing] ?? recordings.talk;
      if (recording && (source.due ? source.recording !== recording : silent)) start(recording);
      if (source.due) for (const message of source.due(browser_us())) take(message);
      const { log } = source;
      const newest_us = source.due ? browser_us() : clock.now_us();
      const state = log.labs.length ? labAt(log, log.sent_us) : undefined;
      return { log, at_us: newest_us - lag_us(state) };
    },
    counters({ log, at_us }) {
      const counted = withExchanges(source.count(log, at_us), log, at_us);
      return withWhole(counted, source.whole, source.newest);
    },
    speak: (lang) => eight?.speak(lang),
    panel: (name) => eight?.frame(name),
    tell: (name, message) => eight?.tell(name, message),
    // Kinds of numbers that the panels may not show yet.
    hide(kinds) {
      hidden = kinds;
      eight?.hide(kinds);
    },
    get newest() {
      return source.newest;
    },
    get texts() {
      return source.texts;
    },
    // What people said by any panel or phone, as they sent it: { from, said }.
    get lines() {
      return source.lines;
    },
    // The state of the live lab; undefined while a recording plays.
    get lab() {
      return source.due ? undefined : lab;
    },
    get recording() {
      return source.recording;
    },
    // A recording by its name, once it has come.
    recorded: (name) => recordings[name] ?? recordings.talk,
    // Which recording is to play where no server answers.
    get playing() {
      return playing;
    },
    play(name) {
      playing = name;
    },
  };
}

// Anybody may have sent it, so it may be anything.
function lines(passage) {
  const sent = messages(passage).map(({ data }) => data);
  return sent.filter((data) => typeof data?.said === "string" && typeof data.from === "string");
}

// The newest handshake and the newest frame, which the log may have dropped long ago; and the
// last few texts that the socket brought, and what people said in them.
export function notice(source, { sent_us, wire = [] }) {
  const own = wire.filter(({ transport }) => transport === "websocket");
  for (const passage of passages({ sent_us, wire: own }, 0)) {
    const { kind, direction, updates } = passage;
    source.handshake = withHandshake(source.handshake, passage);
    if (source.handshake?.down) source.newest.handshake = source.handshake;
    if (kind !== "frame" || direction === "up") continue;
    if (updates.length) source.newest.frame = passage;
    source.texts.push(passage);
    source.lines.push(...lines(passage));
  }
  source.texts = source.texts.slice(-10);
  source.lines = source.lines.slice(-3);
}

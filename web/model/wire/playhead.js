// Where in the log does the page look, and how fast does that move?
//
// A head is { mode: "live" | "paused" | "playing", at_us, speed }. Whoever pauses keeps the log of
// that instant (log.js) and looks at it until `live()`.

import { between } from "./log.js";
import { get, search } from "./queue.js";

export const SPEEDS = [1, 1 / 2, 1 / 5, 1 / 10, 1 / 20, 1 / 50, 1 / 100];

export const PX_PER_S = 150; // at ×1; slower stretches the picture: a magnifier of time

export const LIVE = { mode: "live", at_us: undefined, speed: 1 };

export const live = () => LIVE;

// `now_us`: the instant that live looks at, the newest − `lag_us`; else that of the last `advance`.
export const pause = (head, now_us = head.at_us) => ({
  ...head,
  mode: "paused",
  at_us: head.mode === "live" ? now_us : head.at_us,
});

// Whoever looks elsewhere has left the present.
export const seek = (head, at_us) => ({
  ...head,
  mode: head.mode === "playing" ? "playing" : "paused",
  at_us,
});

export const play = (head, speed = head.speed) => ({ ...head, mode: "playing", speed });

// After so much time: live looks at `end_us` (the newest − the lag), playing goes on and stops
// there.
export function advance(head, elapsed_us, end_us) {
  if (head.mode === "paused") return head;
  const at_us = head.mode === "live" ? end_us : head.at_us + elapsed_us * head.speed;
  if (head.mode === "live" || at_us < end_us) return { ...head, at_us };
  return { ...head, mode: "paused", at_us: end_us };
}

export const span_us = ({ speed }, width_px) => ((width_px * 1e6) / PX_PER_S) * speed;

// The instant to look at so that at least one passage of these transports is in the picture: `at_us`, if
// one is there already. Else that of the nearest passage, at its beginning for a picture that goes on, and
// as far as possible whole for a still one. A picture that goes on stops at `end_us`, so a passage that
// begins there is too late.
export function nearest(log, names, { at_us, mode }, span_us, end_us = Infinity) {
  if (names.some((name) => between(log, name, at_us - span_us, at_us).length > 0)) return at_us;
  let found;
  for (const name of names) {
    const { passages } = log.rows[name];
    const place = search(passages, ({ arrived_us }) => arrived_us > at_us);
    for (const passage of [get(passages, place - 1), get(passages, place)]) {
      if (!passage || passage.left_us + BEGUN * span_us > end_us) continue;
      if (!(away(found, at_us) <= away(passage, at_us))) found = passage;
    }
  }
  if (found === undefined) return at_us;
  if (mode === "playing") return found.left_us + BEGUN * span_us;
  return Math.min(found.arrived_us + BEGUN * span_us, found.left_us + (1 - BEGUN) * span_us);
}

const BEGUN = 0.1; // of the picture; so much of a passage shows at least

const away = (passage, at_us) =>
  passage ? Math.max(passage.left_us - at_us, at_us - passage.arrived_us, 0) : Infinity;

// So far behind the newest instant looks live, or an arrow would be drawn only after it arrived:
// a message that is under way is reported on arrival.
export function lag_us(lab) {
  const farthest_us = Math.max(0, ...(lab?.panels ?? []).map(({ rtt_us }) => rtt_us));
  return 250_000 + farthest_us / 2;
}

// How far the server's clock is ahead of the page's, given the estimate before: by the message
// that took the least time, as far as the two clocks do not drift. A jump of a clock is followed.
export function ahead_us(before, sent_us, local_us) {
  const told = sent_us - local_us;
  if (before === undefined || Math.abs(told - before) > JUMP_US) return told;
  return Math.max(told, before - DRIFT_US);
}

const JUMP_US = 1_000_000;
const DRIFT_US = 10; // from message to message

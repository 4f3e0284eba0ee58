// Since when does the lab have what the scene asked it for? Before that, its numbers and messages are
// those of another distance and feed.

import { arrangement } from "../../model/lab/scenes.js";
import { NAMES } from "../../model/shared/transports.js";
import { ZERO_COUNTERS } from "../../model/wire/counters.js";

// The lab may never be as it was asked to be.
const PATIENCE_MS = 15_000;

// The counters of all transports before that.
const nothing = { ...ZERO_COUNTERS, connections: 0, span_us: 0 };
export const NOTHING = Object.fromEntries(NAMES.map((name) => [name, nothing]));

export function settled(eight) {
  let asked; // undefined: the lab has it
  let until_ms;
  let since_us = -Infinity;

  const has = ({ feed, panels }) =>
    (asked.rate_per_s === undefined || feed?.rate_per_s === asked.rate_per_s) &&
    panels.every(({ rtt_us, proxy }) => (proxy ?? null) === null && (asked.rtt_us === undefined || rtt_us === asked.rtt_us));

  return {
    enter(scene, before, lab) {
      asked = lab.presenter ? arrangement(scene, before, lab) : undefined;
      until_ms = performance.now() + PATIENCE_MS;
      since_us = -Infinity;
    },
    // Whether the lab has it at the instant that is looked at. The panels are loaded first, without
    // distance; and what was under way at the change belongs to the scene before.
    look(lab, log, at_us, isLive) {
      if (asked) {
        if (performance.now() < until_ms && !(eight.ready() && has(lab))) return false;
        asked = undefined;
        since_us = log.starts.at(-1);
      }
      return !isLive || at_us >= since_us;
    },
    // From which instant on messages are drawn, in the picture of an instant.
    from_us(at_us, isLive) {
      if (asked && isLive) return Infinity;
      return at_us >= since_us ? since_us : -Infinity;
    },
  };
}

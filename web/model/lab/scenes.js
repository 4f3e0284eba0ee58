// Which scenes does the page open with, and what does each need? Their words are in words/,
// under `scenes`.
//
// `show`: the rows. `lab`: distance and feed; without it the lab stays as it is.

import { settings } from "../shared/settings.js";

export const SCENES = [
  { id: "bytes", show: "pair", lab: { rtt_us: 200_000, rate_per_s: 1 } },
  { id: "time", show: "pair", lab: { rtt_us: 1_000_000, rate_per_s: 10 } },
  // A slow feed, so that a line that is sent stands out.
  { id: "both", show: "pair", lab: { rtt_us: 200_000, rate_per_s: 0.5 } },
  { id: "break", show: "all", lab: { rtt_us: 200_000, rate_per_s: 2 } },
  { id: "free", show: "all" },
];

export const PAIR = ["long-polling", "websocket"];

// The scene of an address; without a valid name the first.
export const sceneOf = (query) => SCENES.find(({ id }) => id === query.get("scene")) ?? SCENES[0];

// The scene after (`way` 1) or before (−1); undefined at the ends.
export const beside = (scene, way) => SCENES[SCENES.indexOf(scene) + way];

// What the presenter's page asks of the lab when it enters a scene from `before` (undefined: the
// page was just opened); undefined: nothing.
export function arrangement({ lab: own }, before, lab) {
  // The faults of the previous scene are switched off.
  return own ? settings(own, lab) : before && { proxy: null };
}

// The scene of a digit, from 1 on; undefined for another key.
export const sceneOfKey = (key) => (/^[1-9]$/.test(key) ? SCENES[key - 1] : undefined);

// What a key does: 1 next, −1 back. Page Up and Page Down scroll first, where the page still scrolls
// that way: `scrolls` is { up, down }.
export function wayOf(key, scrolls) {
  if (key === "ArrowRight" || (key === "PageDown" && !scrolls.down)) return 1;
  if (key === "ArrowLeft" || (key === "PageUp" && !scrolls.up)) return -1;
  return undefined;
}

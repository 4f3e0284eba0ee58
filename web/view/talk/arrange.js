// How does the lab come to what a slide tells? The first window of the slides brings it there, where
// it is the presenter's; nothing is left of the slide before, or of an earlier talk.

import { control } from "../shared/lab.js";

// `arrange(slide)`, to be called whenever there may be something to do.
export function arranger(live) {
  let arranged; // for which slide
  let played;
  let leads = false;
  // Where the browser has no locks there is one window, on the presenter's other machine.
  const lead = () => new Promise(() => (leads = true));
  if (navigator.locks) navigator.locks.request("talk", lead);
  else lead();

  return ({ id, piece }) => {
    if (played !== id) live.play(piece.recording ?? "talk");
    played = id;
    if (!leads || !live.lab?.presenter || arranged === id) return;
    arranged = id;
    ask(wanted(piece, live.lab));
  };
}

// What the server does not take, the slide shows.
export const ask = (change) => control(change).catch(() => undefined);

// What is left out stays.
function wanted({ rtt_us, rate_per_s, audience_may_publish }, { feed }) {
  const ticking = feed ? { rate_per_s, payload_bytes: 100, running: true } : {};
  return { rtt_us, bandwidth_bit_per_s: null, proxy: null, audience_may_publish, ...ticking };
}

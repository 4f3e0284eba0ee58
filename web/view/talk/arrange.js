// How does the lab come to what a slide tells? The first window of the slides brings it there, where
// it is the presenter's; nothing is left of the slide before, or of an earlier talk.

import { canJoin } from "../../model/shared/audience.js";
import { wantedVote } from "../../model/shared/vote.js";
import { control } from "../shared/lab.js";

// `arrange(slide, isWaiting)`, to be called whenever there may be something to do. `isWaiting`:
// whether the slide's question waits for its answer.
export function arranger(live) {
  let arranged; // for which slide
  let played;
  let leads = false;
  let opened; // the question that was voted on last
  let asked; // what the vote was asked to be
  // Where the browser has no locks there is one window, on the presenter's other machine.
  const lead = () => new Promise(() => (leads = true));
  if (navigator.locks) navigator.locks.request("talk", lead);
  else lead();

  // Phones vote until the answer shows.
  function vote(slide, isWaiting) {
    const wanted = wantedVote(slide, isWaiting, opened ?? live.lab.vote?.question);
    const text = JSON.stringify(wanted);
    if (text === asked) return;
    asked = text;
    opened = wanted?.question;
    ask({ vote: wanted });
  }

  return (slide, isWaiting) => {
    const { id, piece } = slide;
    if (played !== id) live.play(piece.recording ?? "talk");
    played = id;
    if (!leads || !live.lab?.presenter) return;
    if (canJoin(live.lab)) vote(slide, isWaiting);
    if (arranged === id) return;
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

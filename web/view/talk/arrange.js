// The first slide window sets the lab to the state that the slide needs, if it is the presenter's.

import { canJoin } from "../../model/shared/audience.js";
import { settings } from "../../model/shared/settings.js";
import { wantedVote } from "../../model/shared/vote.js";
import { asker } from "./asker.js";
import { control } from "../shared/lab.js";

// `arrange(slide, isWaiting)`, to be called again and again. `isWaiting`: whether the slide's question
// waits for its answer.
export function arranger(live) {
  const askForSettings = asker(control);
  const askForVote = asker(control);
  let played;
  let leads = false;
  let before; // the question of the last vote, null: there was none; undefined: not known yet
  // Where the browser has no locks there is one window, on the presenter's other machine.
  const lead = () => new Promise(() => (leads = true));
  if (navigator.locks) navigator.locks.request("talk", lead);
  else lead();

  // Phones vote until the answer shows.
  function vote(slide, isWaiting) {
    if (before === undefined) before = live.lab.vote?.question ?? null;
    const wanted = wantedVote(slide, isWaiting, before);
    before = wanted?.question ?? null;
    askForVote(JSON.stringify(wanted), { vote: wanted });
  }

  return (slide, isWaiting) => {
    const { id, piece } = slide;
    if (played !== id) live.play(piece.recording ?? "talk");
    played = id;
    if (!leads || !live.lab?.presenter) return;
    if (canJoin(live.lab)) vote(slide, isWaiting);
    const { audience_may_publish } = piece;
    askForSettings(id, { ...settings(piece, live.lab), audience_may_publish });
  };
}

// What the server does not take, the slide shows.
export const ask = (change) => control(change).catch(() => undefined);

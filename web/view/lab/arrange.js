// How does the lab come to what a scene shows? The page asks for it, where it is the presenter's.

import { arrangement } from "../../model/lab/scenes.js";

// Some panel may never be ready.
const PATIENCE_MS = 5000;

// `change` asks the lab for something. Returns a function to be called with each scene that is
// entered, the one before it, and the state of the lab.
export function arranger(eight, change) {
  let wanted; // what the panels are waited for with

  // Eight copies of the page's modules would take long over the distance that a scene has.
  function open(arrangement) {
    wanted = arrangement;
    change({ rtt_us: 0, bandwidth_bit_per_s: null, proxy: null });
    const timer = setTimeout(opened, PATIENCE_MS);
    const heard = () => eight.ready() && opened();
    addEventListener("message", heard);
    function opened() {
      clearTimeout(timer);
      removeEventListener("message", heard);
      change(wanted);
      wanted = undefined;
    }
  }

  return (scene, before, lab) => {
    const asked = arrangement(scene, before, lab);
    if (!lab.presenter || !asked) return;
    if (wanted) wanted = { ...wanted, ...asked };
    else if (before) change(asked);
    else open(asked);
  };
}

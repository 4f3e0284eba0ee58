// How is the lab asked for something once, although it is wanted again and again?

const AGAIN_MS = 1000;

// `ask(key, change)` asks for a change, which `key` names, unless it was the last that was asked for. A
// change that failed is asked for by the first call after a pause. `control` sends a change.
export function asker(control) {
  let asked; // { key }
  return (key, change) => {
    if (asked?.key === key) return;
    const own = { key };
    asked = own;
    const forget = () => {
      if (asked === own) asked = undefined;
    };
    control(change).catch(() => setTimeout(forget, AGAIN_MS));
  };
}

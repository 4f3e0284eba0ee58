// What does the client of a transport do at this instant? At most ten lines of its own file, with the
// running line marked.

import { excerpt } from "../../model/wire/excerpts.js";
import { running } from "../../model/wire/running-line.js";
import { clientSource } from "../../model/shared/transports.js";
import { make } from "../shared/make.js";
import { setText, word } from "../shared/words.js";

// The part that is marked in a line of two steps: `const answer = await fetch(…)`.
const MARKS = { ask: /fetch\(.*\)/, wait: /await/, receive: /await/ };
const FADE_MS = 700;
const JUMP_US = 1_000_000; // a longer step is a seek, not the next picture

const calm = matchMedia("(prefers-reduced-motion: reduce)");
// All on a page open and close together, so that they can be compared.
const all = new Set();

export function clientCode(transport) {
  const summary = make("summary");
  const code = make("code", { translate: "no" });
  const whole = make("a", { href: clientSource(transport) }, clientSource(transport));
  const root = make("details", { class: "client-code" }, summary, make("pre", {}, code), whole);
  let lines; // [{ element, text, steps }]
  let at_us; // the instant that was drawn last
  let shown; // the step that is drawn
  all.add(root);

  root.addEventListener("toggle", () => {
    for (const other of all) other.open = root.open;
    if (root.open && !lines) load();
  });

  async function load() {
    lines = [];
    const answer = await fetch(clientSource(transport)).catch(() => undefined);
    if (!answer?.ok) return (lines = undefined);
    lines = excerpt(await answer.text(), transport).map(({ text, steps }) => ({
      text,
      steps,
      element: make("span", { class: "line" }, text),
    }));
    code.replaceChildren(...lines.map(({ element }) => element));
    shown = undefined;
  }

  return {
    root,
    draw(log, newest_us) {
      if (!root.open || !lines || newest_us === undefined) return;
      const isNext = at_us !== undefined && newest_us >= at_us && newest_us - at_us < JUMP_US;
      const { now, ran } = running(log, transport, newest_us, isNext ? at_us : newest_us);
      at_us = newest_us;
      for (const { element, steps } of lines) {
        if (!steps.includes(now) && steps.some((step) => ran.includes(step))) fade(element);
      }
      if (now === shown) return;
      shown = now;
      for (const line of lines) mark(line, now);
    },
    speak: (lang) => setText(summary, word(lang, "clientCode")),
  };
}

// A line that ran only between two pictures is shown for a moment.
function fade(element) {
  if (!calm.matches) element.animate({ backgroundColor: ["var(--ran)", "transparent"] }, FADE_MS);
}

function mark({ element, text, steps }, now) {
  const runs = steps.includes(now);
  element.dataset.running = runs;
  if (runs) for (const animation of element.getAnimations()) animation.cancel();
  const part = runs && steps.length > 1 ? text.match(MARKS[now])?.[0] : undefined;
  if (part === undefined) return element.replaceChildren(text);
  const [before, ...after] = text.split(part);
  element.replaceChildren(before, make("mark", {}, part), after.join(part));
}

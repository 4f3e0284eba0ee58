// What does one panel do? It runs one transport, gives what happens to the model, and draws.

import { EMPTY, panel } from "../model/panel.js";
import { TRANSPORTS } from "../model/transports.js";
import { draw, prepare } from "./draw.js";
import { language } from "./words.js";

const query = new URLSearchParams(location.search);
const transport = TRANSPORTS.find(({ name }) => name === query.get("transport")) ?? TRANSPORTS[0];
const interval = Math.max(100, Number(query.get("interval")) || 1000);
const { start } = await import(`../transports/${transport.name}.js`);

let lang = language(query.get("lang"));
let state = EMPTY;
let stop;
let drawing;

function redraw() {
  // Not for each event: a screen shows some sixty pictures a second, a feed may bring thousands
  // of updates.
  drawing ??= requestAnimationFrame(() => {
    drawing = undefined;
    draw(state, { lang, running: stop !== undefined });
  });
}

function run() {
  let stopped = false;
  const on = (kind, value) => {
    if (stopped) return; // what was still on its way comes again, from the place in `state`
    state = panel(state, { kind, value, at: Date.now() });
    redraw();
  };
  const end = start({ after: state.after, interval, on });
  stop = () => {
    stopped = true;
    stop = undefined;
    end();
  };
}

function speak(newest) {
  lang = newest;
  prepare(transport, lang);
  redraw();
}

// The page around says which language, and whether to run.
addEventListener("message", ({ source, data }) => {
  if (source !== parent || source === window) return;
  if (data.lang !== lang) speak(language(data.lang));
  if (data.running && !stop) run();
  if (!data.running && stop) stop();
  redraw();
});

speak(lang);
run();
new ResizeObserver(([{ target }]) => {
  parent.postMessage({ height: target.offsetHeight }, "*");
}).observe(document.querySelector("main"));

// What does one panel do? It runs one transport, gives what happens to the models, and draws.

import { EMPTY, panel } from "../model/panel.js";
import { TRANSPORTS } from "../model/transports.js";
import { draw, prepare } from "./draw.js";
import { drawSaid, tellSaid, whenSent } from "./say.js";
import { language } from "./words.js";

const query = new URLSearchParams(location.search);
const transport = TRANSPORTS.find(({ name }) => name === query.get("transport")) ?? TRANSPORTS[0];
const { start } = await import(`../transports/${transport.name}.js`);

let lang = language(query.get("lang"));
const interval = Math.max(100, Number(query.get("interval")) || 1000);
let state = EMPTY;
let running; // what the transport's start has returned
let drawing;

function redraw() {
  // Not for each event: a screen shows some sixty pictures a second, a feed may bring thousands
  // of updates.
  drawing ??= requestAnimationFrame(() => {
    drawing = undefined;
    draw(state, { lang, running: running !== undefined });
    drawSaid(lang);
  });
}

function run() {
  let stopped = false;
  const on = (kind, value) => {
    if (stopped) return; // what was still on its way comes again, from the place in `state`
    state = panel(state, { kind, value, at: Date.now() });
    tellSaid(kind, value);
    redraw();
  };
  const { stop, send } = start({ after: state.after, interval, on });
  running = {
    send,
    stop() {
      stopped = true;
      running = undefined;
      stop();
    },
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
  if (data.running && !running) run();
  if (!data.running) running?.stop();
  redraw();
});

whenSent(transport.name, () => running?.send, redraw);
speak(lang);
run();
new ResizeObserver(([{ target }]) => {
  parent.postMessage({ height: target.offsetHeight }, "*");
}).observe(document.querySelector("main"));

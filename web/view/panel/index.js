// What does one panel do? It runs one transport, gives what happens to the models, and draws.

import { EMPTY_PANEL, panel } from "../../model/panel/state.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { drawPanel, preparePanel } from "./draw.js";
import { isIts, isPlain } from "../shared/keys.js";
import { allowToSay, drawSaid, tellSaid, whenSent } from "./say.js";
import { holdStreams } from "./streams.js";
import { language } from "../shared/words.js";

const query = new URLSearchParams(location.search);
const transport = TRANSPORTS.find(({ name }) => name === query.get("transport")) ?? TRANSPORTS[0];
const { start } = await import(`../../transports/${transport.name}.js`);
const inPage = parent !== window;
const LONGEST_INTERVAL = 24 * 60 * 60_000;

let lang = language(query.get("lang"));
let interval = spacing(query.get("interval")) ?? 1000;
let state = EMPTY_PANEL;
let running; // what the transport's start has returned
let drawing;
let replayed = false; // whether events are received instead of produced by a client
let hidden = []; // the kinds of numbers that are not shown

// In milliseconds; undefined where it is no such number.
function spacing(ms) {
  return Number(ms) > 0 ? Math.min(Math.max(100, Number(ms)), LONGEST_INTERVAL) : undefined;
}

function redraw() {
  // Not for each event: a screen shows some sixty pictures a second, a feed may bring thousands
  // of updates.
  drawing ??= requestAnimationFrame(() => {
    drawing = undefined;
    drawPanel(state, { lang, running: replayed || running !== undefined, hidden });
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
  preparePanel(transport, lang);
  redraw();
}

function space(newest) {
  if (newest === interval) return;
  interval = newest;
  if (!running) return;
  running.stop();
  run();
}

// A page that was recorded, as the browser drew it: nothing of it runs, and it loads nothing.
function show(page) {
  // Another frame each time: a new page in the same one would be an entry in the tab's history.
  const frame = document.createElement("iframe");
  frame.title = transport.name;
  frame.scrolling = "no";
  frame.setAttribute("sandbox", "");
  frame.srcdoc = page;
  stage.replaceChildren(frame);
}

// Browsers keep the old page visible until the new one is ready. The border flashes instead of the
// whole page.
const stage = document.getElementById("stage");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
stage.addEventListener(
  "load",
  ({ target }) => {
    if (!calm.matches) target.animate({ boxShadow: ["0 0 0 5px var(--mark)", "0 0 0 5px transparent"] }, 600);
  },
  true,
);

// The surrounding page sends the language, whether to run, the polling interval, the number of
// additional open streams, whether the reader may publish, a line to send, the kinds of numbers to hide,
// and whether to leave out what a slide shows itself. Without a server, it sends the events and the
// newest page. What is absent does not change.
addEventListener("message", ({ source, data }) => {
  if (source !== parent || !inPage) return;
  if (data.lang !== undefined && data.lang !== lang) speak(language(data.lang));
  space(spacing(data.interval) ?? interval);
  if (data.streams !== undefined) holdStreams(data.streams);
  if (data.mayPublish !== undefined) allowToSay(data.mayPublish);
  if (data.say !== undefined) sayLine(data.say);
  if (Array.isArray(data.hide)) hidden = data.hide;
  if (data.brief) document.body.dataset.brief = "";
  if (data.anew) state = EMPTY_PANEL;
  for (const event of data.happened ?? []) state = panel(state, event);
  if (data.page !== undefined) show(data.page);
  replayed ||= data.happened !== undefined;
  if (data.running === true && !running) run();
  if (data.running === false) running?.stop();
  redraw();
});

// What is no key of the panel may be one of the page around.
addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (inPage && isPlain(event) && !isIts(target, key)) parent.postMessage({ key }, "*");
});

const sayLine = whenSent(transport.name, () => running?.send, redraw);
speak(lang);
// In a page, that says when.
if (!inPage) run();

const main = document.querySelector("main");
const tellPage = () => parent.postMessage({ height: main.offsetHeight, ready: true }, "*");
new ResizeObserver(tellPage).observe(main);
// A browser renders no frame of another origin that is out of sight, and so observes nothing there.
tellPage();

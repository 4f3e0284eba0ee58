// Where do the eight panels come from, and which messages do they receive?
//
// Each panel is a document of its own, so that the frames of two transports can both call the
// `receive` of their parent. In the lab each comes from a port of its own: behind it is a wire of
// its own, and the browser's limit of six connections to a host and port joins none with another.

import { mayPublish } from "../../model/shared/audience.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { make } from "./make.js";
import { word } from "./words.js";

const KEPT_OPEN = ["never", "upgraded"];
// So many streams does a browser hold for a second tab that shows this page.
const SECOND_TAB = 3;
// The time for a panel to report that it is ready, once its document is loaded. It includes some round
// trips, and grows with each try.
const READY_MS = 1000;
const READY_ROUND_TRIPS = 6;
const STREAMS_FIRST_MS = 500;

// They come into `into`; `pause` is the button that stops them, if there is one. `brief`: whether they
// show neither their sentence nor a form.
export function panels(query, lab, { into, pause, brief }) {
  let lang = query.get("lang");
  let running = true;
  let hidden; // kinds of numbers that no panel shows; undefined: another page may decide for each panel
  let shared = false; // whether all come from one port
  let phase = "all"; // which of them may run: none, streams, all
  let timer;
  const ready = new Set();

  const all = TRANSPORTS.map(({ name, when }) => {
    const frame = make("iframe", { title: name, "data-transport": name });
    const panel = { name, when, frame, tries: 0, waiting: undefined };
    // A load that was cut by a change of the link never completes, so it is retried.
    frame.addEventListener("load", () => {
      clearTimeout(panel.waiting);
      panel.waiting = setTimeout(() => {
        if (frame.isConnected && !ready.has(name)) open(panel);
      }, ready_ms(panel));
    });
    return panel;
  });

  function ready_ms({ name, tries }) {
    const rtt_us = lab?.panels.find(({ transport }) => transport === portOf(name)).rtt_us ?? 0;
    return (READY_MS + (READY_ROUND_TRIPS * rtt_us) / 1000) * tries;
  }

  function open(panel) {
    panel.tries += 1;
    panel.frame.src = address(panel.name);
  }

  function load() {
    ready.clear();
    for (const panel of all) {
      panel.tries = 0;
      clearTimeout(panel.waiting);
      open(panel);
    }
  }

  // Nothing more: the address is in each request that the panel sends, and counts.
  const address = (name) => `${origin(name)}/panel.html?transport=${name}`;

  // Whose port it comes from.
  const portOf = (name) => (shared ? TRANSPORTS[0].name : name);

  function origin(name) {
    if (!lab) return location.origin;
    const { port } = lab.panels.find(({ transport }) => transport === portOf(name));
    return `${location.protocol}//${location.hostname}:${port}`;
  }

  // On one port the streams come first, as those of the tab that was there first: so it shows
  // what they leave to the others.
  function may({ when }) {
    return running && (phase === "all" || (phase === "streams" && KEPT_OPEN.includes(when)));
  }

  function tell(panel) {
    const streams = shared && phase !== "none" && panel.name === "sse" ? SECOND_TAB : 0;
    const interval = lab ? lab.interval_us / 1000 : query.get("interval");
    const told = { lang, running: may(panel), interval, streams, mayPublish: mayPublish(lab), hide: hidden, brief };
    post(panel, told);
  }

  // Before it is ready, its document may be another.
  function post({ name, frame }, message) {
    if (ready.has(name)) frame.contentWindow?.postMessage(message, origin(name));
  }

  // The panel that sent a message. A document that it has left, on another port, is not the panel.
  const sender = (event) =>
    all.find(({ name, frame }) => frame.contentWindow === event.source && event.origin === origin(name));

  const tellAll = () => all.forEach(tell);

  function enter(next) {
    phase = next;
    tellAll();
  }

  addEventListener("message", (event) => {
    const { data } = event;
    const panel = sender(event);
    if (!panel) return;
    if (data.height) panel.frame.style.minHeight = `${data.height}px`;
    if (!data.ready) return;
    ready.add(panel.name);
    tell(panel);
    if (phase !== "none" || ready.size < all.length) return;
    enter("streams");
    timer = setTimeout(enter, STREAMS_FIRST_MS, "all");
  });

  pause?.addEventListener("click", () => {
    running = !running;
    speak(lang);
  });

  function speak(newest) {
    lang = newest;
    if (pause) pause.textContent = word(lang, running ? "pause" : "resume");
    tellAll();
  }

  load();
  const show = () => into.append(...all.map(({ frame }) => frame));
  // A document that never ends would keep this page from ever being loaded, so first the page.
  if (document.readyState === "complete") show();
  else addEventListener("load", show);
  return {
    speak,
    running: () => running,
    ready: () => ready.size === all.length,
    shared: () => shared,
    hear(newest) {
      const before = mayPublish(lab);
      lab = newest;
      if (mayPublish(lab) !== before) tellAll();
    },
    // "bytes", "latency", "requests": the answers of questions that are still open.
    hide(kinds) {
      hidden = kinds;
      tellAll();
    },
    frame: (name) => all.find((panel) => panel.name === name).frame,
    tell: (name, message) => post(all.find((panel) => panel.name === name), message),
    // The name of the panel that sent a message; undefined where it was another window.
    sender: (event) => sender(event)?.name,
    // All on one port, as if there were no lab.
    share(on) {
      shared = on;
      clearTimeout(timer);
      phase = on ? "none" : "all";
      load();
    },
  };
}

// What is the live piece of a slide? `pieces(live)` gives a function that makes it:
// { root, draw(look), count(counters, look), changed(), hide(kinds), leave() }, each but `root` where it
// is needed. `hide`: slides/index.js says of what.

import { RECORD } from "../../slides/record.js";
import { framePiece, handshakePiece, recordPiece } from "./bytes.js";
import { consolePiece } from "./console.js";
import { joinPiece } from "./join.js";
import { ask } from "./arrange.js";
import { legend } from "../shared/bar.js";
import { make } from "../shared/make.js";
import { overheadPiece } from "./overhead.js";
import { redrawPiece } from "./redraw.js";
import { replayed } from "./replayed-panel.js";
import { outcome } from "../shared/outcome.js";
import { picture } from "../shared/picture.js";
import { slideWords } from "../shared/slide-words.js";
import { mayPublish } from "../../model/shared/audience.js";
import { span_us } from "../../model/wire/playhead.js";
import { NAMES } from "../../model/shared/transports.js";
import { word } from "../shared/words.js";

export function pieces(live) {
  const kinds = {
    none: () => ({ root: make("div") }),
    rows: (slide, lang) => (slide.piece.says ? saying(live, slide, lang) : rows(slide.piece.transports, lang, slide.piece.hides)),
    panel: (slide, lang) => panel(live, slide.piece.transport, lang),
    proxy: (_, lang) => proxy(live, lang),
    handshake: (_, lang) => handshakePiece(live, lang),
    frame: (_, lang) => framePiece(live, lang),
    record: (_, lang) => recordPiece(live, lang),
    console: (slide, lang) => consolePiece(live, slide, lang),
    join: (_, lang) => joinPiece(live, lang),
    chart,
    redraw: (_, lang) => redrawPiece(live, lang),
    overhead: overheadPiece,
    lab: (_, lang) => lab(live, lang),
  };
  return (slide, lang) => kinds[slide.piece.kind](slide, lang);
}

// As many times as large as the lab's, as the type of the talk is larger than the page's.
const zoom = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

// `always`: kinds of numbers that they never show.
function rows(transports, lang, always = []) {
  const root = make("div", { class: always.length ? "rows bare" : "rows" });
  const drawn = picture(root, { zoom });
  drawn.show(transports);
  drawn.speak(lang);
  // The talk counts the headers of TCP/IP later: until then, overhead is that without them.
  for (const term of root.querySelectorAll("div.without dt")) term.textContent = word(lang, "wires.overhead");
  for (const name of transports) drawn.tell(name, undefined);
  const colours = make("ul", { class: "legend" });
  if (!always.includes("bytes")) legend(colours, lang, ["idle", "setup", "tls"]);
  return {
    root: make("div", { class: "explained" }, root, colours),
    draw({ log, at_us }) {
      const { clientWidth } = root.querySelector("article:not([hidden]) canvas");
      drawn.draw({ log, at_us, span_us: span_us({ speed: 1 }, clientWidth / zoom()) });
    },
    count(counters, { log, at_us }) {
      for (const name of transports) drawn.tell(name, outcome(log, at_us, name, lang));
      drawn.count(counters, lang);
    },
    hide(kinds) {
      drawn.hide([...always, ...kinds]);
      colours.dataset.hides = kinds.join(" ");
    },
  };
}

// After a line was sent, the picture shows it for a while: from when it has come back.
const BACK_MS = 900;
const HELD_MS = 5000;

// Rows, and a button by which the client of each row sends the same text in its own way.
function saying(live, { piece: { transports } }, lang) {
  const row = rows(transports, lang);
  const button = make("button", { type: "button" }, word(lang, "talk.say"));
  let said_ms = -Infinity;
  let held; // what is shown meanwhile
  button.addEventListener("click", () => {
    said_ms = performance.now();
    held = undefined;
    for (const name of transports) live.tell(name, { say: word(lang, "talk.said") });
  });
  const changed = () => (button.hidden = !live.lab || !mayPublish(live.lab));
  changed();
  function draw(look) {
    const since_ms = performance.now() - said_ms;
    held = since_ms > BACK_MS && since_ms < BACK_MS + HELD_MS ? (held ?? look) : undefined;
    row.draw(held ?? look);
  }
  return { ...row, root: make("div", { class: "saying" }, button, row.root), changed, draw };
}

// The transport's own panel, which has been running all the time, comes into sight.
function panel(live, transport, lang) {
  const row = rows([transport], lang);
  const stand = replayed(transport, lang);
  const show = (on) => {
    const frame = live.panel(transport);
    const seen = on && live.lab !== undefined;
    if (frame) frame.inert = !seen;
    frame?.classList.toggle("shown", seen);
    stand.show(on && !live.lab);
  };
  show(true);
  return {
    ...row,
    draw(look) {
      row.draw(look);
      if (!live.lab) stand.play(look);
    },
    changed: () => show(true),
    hide(kinds) {
      row.hide(kinds);
      stand.hide(kinds);
    },
    leave: () => show(false),
  };
}

// The proxy of the lab, and the recording of what it does.
const STRIPS = "strips-upgrade";
const TAKEN_OUT_MS = 2000;

function proxy(live, lang) {
  const row = rows(NAMES, lang);
  let waits = false; // whether the answer is hidden
  const strips = () =>
    live.recording ? live.playing === STRIPS : live.lab?.panels.some(({ proxy }) => proxy === STRIPS) === true;
  const button = make("button", { type: "button" }, word(lang, "talk.strip"));
  async function put(on) {
    if (live.recording) return live.play(on ? STRIPS : "talk");
    if (live.lab?.presenter !== true) return;
    await ask({ proxy: on ? STRIPS : null });
    // The change has cut its connection, and it would take 20 s of silence to find out.
    startAgain(live, "forever-frame");
  }
  button.addEventListener("click", () => put(!strips()));
  const why = make("p");
  const changed = () => {
    const may = live.lab?.presenter === true;
    button.hidden = !may && !live.recording;
    why.textContent = live.recording ? "" : word(lang, may ? "talk.stripCut" : "talk.stripLive");
    button.setAttribute("aria-pressed", strips());
  };
  changed();
  return {
    ...row,
    root: make("div", { class: "switched" }, make("div", { class: "switch" }, button, why), row.root),
    changed,
    // The next slide takes the proxy out, which cuts the frame again. Another language does not.
    leave() {
      if (live.lab && strips()) setTimeout(() => strips() || startAgain(live, "forever-frame"), TAKEN_OUT_MS);
    },
    // The answer puts the proxy in.
    hide(kinds) {
      row.hide(kinds);
      if (waits && !kinds.includes("proxy")) put(true);
      waits = kinds.includes("proxy");
    },
  };
}

// A panel stops its client and starts it again, from the place that it has.
function startAgain(live, name) {
  for (const running of [false, true]) live.tell(name, { running });
}

// A chart of the record that is drawn for slides. Until the answer shows, its `-question` version.
// One click, or the key that goes on, makes it as large as the screen.
function chart({ id, piece }, lang) {
  const title = slideWords(lang, id).title;
  const ending = lang === "en" ? "svg" : `${lang}.svg`;
  const file = (name) => `/results/${piece.record ?? RECORD}/charts/${name}.${ending}`;
  const image = make("img", { alt: title });
  const label = `${title}: ${word(lang, "talk.large")}`;
  const button = make("button", { type: "button", class: "chart", "data-do": "large", "aria-label": label }, image);
  const hide = (kinds) => image.setAttribute("src", file(kinds.includes("chart") ? `${piece.chart}-question` : piece.chart));
  hide(["chart"]);
  return { root: make("div", { class: "charts" }, button), hide };
}

function lab(live, lang) {
  const row = rows(NAMES, lang);
  const link = make("a", { href: `/?scene=free&lang=${lang}`, target: "_blank", class: "large" }, word(lang, "talk.openLab"));
  const number = make("p", {}, word(lang, "talk.labNumber"));
  const offline = make("p", {}, word(lang, "talk.labOffline"));
  function changed() {
    link.hidden = live.lab === undefined;
    offline.hidden = !live.recording;
  }
  changed();
  return { ...row, root: make("div", { class: "switched" }, make("div", { class: "switch" }, link, number, offline), row.root), changed };
}

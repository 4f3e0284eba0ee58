// What is the live piece of a slide? `pieces(live)` gives a function that makes it:
// { root, draw(look), count(counters, look), changed(), leave() }, each but `root` where it is needed.

import { RECORD } from "../../slides/record.js";
import { framePiece, handshakePiece, recordPiece } from "./bytes.js";
import { consolePiece } from "./console.js";
import { joinPiece } from "./join.js";
import { ask } from "./arrange.js";
import { make } from "../shared/make.js";
import { replayed } from "./replayed-panel.js";
import { outcome } from "../shared/outcome.js";
import { picture } from "../shared/picture.js";
import { slideWords } from "./slide-words.js";
import { span_us } from "../../model/wire/playhead.js";
import { NAMES } from "../../model/shared/transports.js";
import { word } from "../shared/words.js";

export function pieces(live) {
  const kinds = {
    none: () => ({ root: make("div") }),
    rows: (slide, lang) => rows(slide.piece.transports, lang),
    panel: (slide, lang) => panel(live, slide.piece.transport, lang),
    proxy: (_, lang) => proxy(live, lang),
    handshake: (_, lang) => handshakePiece(live, lang),
    frame: (_, lang) => framePiece(live, lang),
    record: (_, lang) => recordPiece(live, lang),
    console: (slide, lang) => consolePiece(live, slide, lang),
    join: (_, lang) => joinPiece(live, lang),
    chart,
    lab: (_, lang) => lab(live, lang),
  };
  return (slide, lang) => kinds[slide.piece.kind](slide, lang);
}

// As many times as large as the lab's, as the type of the talk is larger than the page's.
const zoom = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 18;

function rows(transports, lang) {
  const root = make("div", { class: "rows" });
  const drawn = picture(root, { zoom });
  drawn.show(transports);
  drawn.speak(lang);
  for (const name of transports) drawn.tell(name, undefined);
  return {
    root,
    draw({ log, at_us }) {
      const { clientWidth } = root.querySelector("article:not([hidden]) canvas");
      drawn.draw({ log, at_us, span_us: span_us({ speed: 1 }, clientWidth / zoom()) });
    },
    count(counters, { log, at_us }) {
      for (const name of transports) drawn.tell(name, outcome(log, at_us, name, lang));
      drawn.count(counters, lang);
    },
  };
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
    leave: () => show(false),
  };
}

// The proxy of the lab, and the recording of what it does.
const STRIPS = "strips-upgrade";

function proxy(live, lang) {
  const row = rows(NAMES, lang);
  const strips = () =>
    live.recording ? live.playing === STRIPS : live.lab?.panels.some(({ proxy }) => proxy === STRIPS) === true;
  const button = make("button", { type: "button" }, word(lang, "talk.strip"));
  button.addEventListener("click", () => {
    if (live.recording) live.play(strips() ? "talk" : STRIPS);
    else ask({ proxy: strips() ? null : STRIPS });
  });
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
  };
}

// What a slide shows of the record.
export function charts({ id, piece }, lang) {
  const ending = lang === "en" ? "svg" : `${lang}.svg`;
  const alt = slideWords(lang, id).title;
  const folder = `/results/${piece.record ?? RECORD}/charts`;
  return piece.charts.map((name) => make("img", { src: `${folder}/${name}.${ending}`, alt }));
}

// One click, or the key that goes on, makes it as large as the screen.
function chart(slide, lang) {
  const label = `${slideWords(lang, slide.id).title}: ${word(lang, "talk.large")}`;
  const button = { type: "button", class: "chart", "data-do": "large", "aria-label": label };
  return { root: make("div", { class: "charts" }, charts(slide, lang).map((image) => make("button", button, image))) };
}

function lab(live, lang) {
  const row = rows(NAMES, lang);
  const link = make("a", { href: `/?lang=${lang}`, class: "large" }, word(lang, "talk.openLab"));
  const offline = make("p", {}, word(lang, "talk.labOffline"));
  function changed() {
    link.hidden = live.lab === undefined;
    offline.hidden = !live.recording;
  }
  changed();
  return { ...row, root: make("div", { class: "switched" }, make("div", { class: "switch" }, link, offline), row.root), changed };
}

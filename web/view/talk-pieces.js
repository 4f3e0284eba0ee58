// What is the live piece of a slide? `pieces(live)` gives a function that makes it:
// { root, draw(look), count(counters), changed(), leave() }, each but `root` where it is needed.

import { RECORD } from "../slides/record.js";
import { frame, handshake } from "./talk-bytes.js";
import { console_ } from "./talk-console.js";
import { join } from "./talk-join.js";
import { control } from "./lab.js";
import { make } from "./make.js";
import { replayed } from "./talk-panel.js";
import { picture } from "./picture.js";
import { slideWords } from "./talk-words.js";
import { span_us } from "../model/playhead.js";
import { word } from "./words.js";

export function pieces(live) {
  const kinds = {
    none: () => ({ root: make("div") }),
    rows: (slide, lang) => rows(slide.piece.transports, lang),
    panel: (slide, lang) => panel(live, slide.piece.transport, lang),
    proxy: (slide, lang) => proxy(live, slide.piece, lang),
    handshake: (_, lang) => handshake(live, lang),
    frame: (_, lang) => frame(live, lang),
    console: (slide, lang) => console_(live, slide, lang),
    join: (_, lang) => join(live, lang),
    chart,
    lab,
  };
  return (slide, lang) => {
    set(live, slide.piece);
    return kinds[slide.piece.kind](slide, lang);
  };
}

// The presenter's lab comes to what the slide tells; anybody else's lab is not theirs to change.
function set(live, { rtt_us, rate_per_s }) {
  const { presenter, feed, panels } = live.lab ?? {};
  if (!presenter) return;
  const far = rtt_us !== undefined && panels.some((panel) => panel.rtt_us !== rtt_us);
  const fast = rate_per_s !== undefined && feed && feed.rate_per_s !== rate_per_s;
  if (far) ask({ rtt_us });
  if (fast) ask({ rate_per_s });
}

// What the server does not take, the slide shows.
const ask = (change) => control(change).catch(() => undefined);

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
    count: (counters) => drawn.count(counters, lang),
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

function proxy(live, { transports }, lang) {
  const row = rows(transports, lang);
  const strips = () => live.lab?.panels.some(({ proxy }) => proxy === "strips-upgrade");
  const button = make("button", { type: "button" }, word(lang, "talk.strip"));
  button.addEventListener("click", () => ask({ proxy: strips() ? null : "strips-upgrade" }));
  const why = make("p", {}, word(lang, "talk.stripLive"));
  const changed = () => {
    const may = live.lab?.presenter === true;
    button.hidden = !may;
    why.hidden = may;
    button.setAttribute("aria-pressed", strips() === true);
  };
  changed();
  return {
    ...row,
    root: make("div", { class: "switched" }, button, why, row.root),
    changed,
    leave() {
      if (live.lab?.presenter && strips()) ask({ proxy: null });
    },
  };
}

export function chart({ id, piece }, lang) {
  const ending = lang === "en" ? "svg" : `${lang}.svg`;
  const alt = slideWords(lang, id).title;
  const image = (name) => make("img", { src: `/results/${RECORD}/charts/${name}.${ending}`, alt });
  return { root: make("div", { class: "charts" }, piece.charts.map(image)) };
}

function lab(_, lang) {
  const link = make("a", { href: `/?lang=${lang}`, class: "large" }, word(lang, "talk.openLab"));
  return { root: make("p", {}, link) };
}

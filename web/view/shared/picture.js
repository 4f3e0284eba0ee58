// What passes on the wires, and when? A row for each transport: lifelines of server and browser,
// and beside them what it came to.

import { describe, hit, scene } from "../../model/wire/lifelines.js";
import { latency_now, overheadPerUpdate, p99 } from "../../model/wire/counters.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { drawScene, prepareCanvas } from "./canvas.js";
import { bar } from "./bar.js";
import { make } from "./make.js";
import { setText, word } from "./words.js";

// Longer than any interval of a poll that is usual here.
const OVERDUE_US = 3_000_000;
const FEW = 3;
const COUNTERS = ["overhead", "latency", "p99", "requests", "connections"];

// The rows come into `root`. `choose(name, way)` for the next or previous passage of a row,
// `choose()` for none, and `open(passage)` when its bytes are wanted; without them it is a picture
// to look at. `zoom()` tells how much larger than usual it is drawn.
export function picture(root, { choose, open, zoom = () => 1 }) {
  const rows = TRANSPORTS.map((transport) => row(transport, { choose, open, zoom }));
  root.append(...rows.map(({ article }) => article));
  return {
    show(names) {
      root.dataset.count = names.length;
      for (const { article, name } of rows) article.hidden = !names.includes(name);
    },
    draw(look) {
      const seen = rows.filter(({ article }) => !article.hidden);
      // Among many rows the lanes are named once.
      seen.forEach((row, nth) => row.draw(look, nth === 0 || seen.length <= FEW));
    },
    count(counters, lang) {
      const most = Math.max(1, ...Object.values(counters).map(({ up, down }) => up + down));
      for (const row of rows) row.count(counters[row.name], most, lang);
    },
    // What became of it, in the place of what it is made of.
    tell(name, outcome) {
      rows.find((row) => row.name === name).tell(outcome);
    },
    speak(lang) {
      for (const row of rows) row.speak(lang);
    },
  };
}

function row(transport, { choose, open, zoom }) {
  const { name, when } = transport;
  const canvas = make("canvas");
  const cell = make("p", { class: "cell" });
  const became = make("p", { class: "became" });
  const does = make("p", { class: "does" });
  const numbers = Object.fromEntries(COUNTERS.map((key) => [key, counter(key)]));
  const classes = bar();
  const article = make("article", { class: "row" }, [
    make("div", { class: "name" }, [make("h3", {}, name), cell, became, does]),
    canvas,
    make("div", { class: "numbers" }, [
      make("dl", {}, Object.values(numbers).map(({ group }) => group)),
      classes.root,
    ]),
  ]);
  article.dataset.when = when;
  article.dataset.transport = name;
  canvas.setAttribute("role", choose ? "application" : "img");

  let lanes; // what each is called
  let silent = false;
  let shown; // the scene that is on the canvas, and what it was made of
  const under = ({ offsetX, offsetY }) => shown && hit(shown, offsetX / zoom(), offsetY / zoom());
  if (choose) canBeChosen(canvas, name, under, { choose, open });

  return {
    name,
    article,
    draw(look, named) {
      const area = prepareCanvas(canvas, zoom());
      shown = scene({ ...look, transport: name, width: area.width, height: area.height });
      drawScene(area, shown, when, named ? lanes : undefined);
    },
    count(counters, most, lang) {
      const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
      const whole = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
      const span = (us) => {
        if (us === undefined) return "–";
        return us < 1e6 ? `${(us < 1e5 ? number : whole).format(us / 1e3)} ms` : `${number.format(us / 1e6)} s`;
      };
      const per = overheadPerUpdate(counters);
      numbers.overhead.tell(per === undefined || silent ? "–" : `${(per < 100 ? number : whole).format(per)} B`);
      // Who gets nothing has no latency that ended.
      const overdue = counters.overdue_us > OVERDUE_US;
      const latency = silent ? undefined : latency_now(counters);
      numbers.latency.tell(overdue ? `> ${span(counters.overdue_us)}` : span(latency));
      numbers.p99.tell(span(p99(counters)));
      numbers.requests.tell(number.format(counters.requests));
      numbers.connections.tell(number.format(counters.connections));
      classes.draw(counters.bytes, (counters.up + counters.down) / most, lang);
    },
    tell(outcome) {
      const text = outcome?.text ?? "";
      silent = outcome?.silent === true;
      cell.hidden = text !== "";
      became.hidden = text === "";
      became.dataset.wrong = outcome?.wrong ?? false;
      setText(became, text);
    },
    speak(lang) {
      lanes = { server: word(lang, "picture.server"), client: word(lang, "picture.client") };
      const label = word(lang, choose ? "picture.canvas" : "picture.title");
      canvas.setAttribute("aria-label", `${name}: ${label}`);
      cell.textContent = `${word(lang, `when.${when}`)} × ${word(lang, `how.${transport.how}`)}`;
      does.textContent = word(lang, `does.${name}`);
      for (const [key, { say }] of Object.entries(numbers)) say(word(lang, `picture.${key}`));
    },
  };
}

function canBeChosen(canvas, name, under, { choose, open }) {
  canvas.tabIndex = 0;
  canvas.setAttribute("aria-describedby", "keys");
  canvas.addEventListener("click", (event) => {
    const passage = under(event);
    if (passage) open(passage);
  });
  canvas.addEventListener("pointermove", (event) => {
    canvas.style.cursor = under(event) ? "pointer" : "";
  });
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (way) choose(name, way);
    else if (event.key === "Enter" || event.key === " ") open();
    else if (event.key === "Escape") choose();
    else return;
    event.preventDefault();
  });
}

function counter(key) {
  const term = make("dt");
  const value = make("data", { class: key });
  const group = make("div", { class: key }, [term, make("dd", {}, [value])]);
  return {
    group,
    say: (text) => (term.textContent = text),
    tell: (text) => setText(value, text),
  };
}

// A passage in a sentence, for those who hear the page.
export function sentence(passage, lang) {
  const { direction, kind, length, duration_us, seqs } = describe(passage);
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
  const parts = [
    passage.transport,
    word(lang, `picture.${direction}`),
    word(lang, `picture.kind.${kind}`),
    `${number.format(length)} B`,
    `${number.format(duration_us / 1000)} ms`,
  ];
  if (seqs.length) parts.push(`${word(lang, "updates")} ${seqs.join(", ")}`);
  return parts.join(" · ");
}

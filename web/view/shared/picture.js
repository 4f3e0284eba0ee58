// What passes on the wires, and when? A row for each transport: lifelines of server and browser, and next
// to them what it came to.

import { ruler } from "../../model/wire/blocks.js";
import { describe, hit, scene, sizes, tick_ms } from "../../model/wire/lifelines.js";
import { labAt } from "../../model/wire/log.js";
import { fullPile } from "../../model/wire/race.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { pile, size } from "./bar.js";
import { drawScene, marginOf } from "./canvas.js";
import { prepareCanvas, sizeOf } from "./ink.js";
import { isPlain } from "./keys.js";
import { make } from "./make.js";
import { duration, numbers } from "./numbers.js";
import { numberFormat, setText, word } from "./words.js";

const FEW = 3;
// Many rows are drawn less often than a few: a picture of all takes long.
const MANY_MS = 45;

// The rows come into `root`. `choose(name, way)` for the next or previous passage of a row,
// `choose()` for none, and `open(passage)` when its bytes are wanted; without them it is a picture
// to look at. `zoom()` tells how much larger than usual it is drawn.
export function picture(root, { choose, open, zoom = () => 1 }) {
  let hidden = new Set();
  let lang = "en";
  let drawn = {}; // what is on the canvases, and since when
  const stale = () => (drawn = {});
  const rows = TRANSPORTS.map((transport) => row(transport, { choose, open, zoom, stale }));
  root.append(...rows.map(({ article }) => article));
  const shown = () => rows.filter(({ article }) => !article.hidden);

  function isDrawn(look, many) {
    const now_ms = performance.now();
    const same = ["log", "at_us", "span_us", "selected", "begin_us"].every((key) => drawn[key] === look[key]);
    if ((same && drawn.ms !== undefined) || (many && now_ms - drawn.ms < MANY_MS)) return true;
    drawn = { ...look, ms: now_ms };
    return false;
  }

  return {
    show(names) {
      root.dataset.count = names.length;
      for (const { article, name } of rows) article.hidden = !names.includes(name);
      for (const { article } of rows) article.classList.remove("first");
      shown()[0]?.article.classList.add("first");
      stale();
    },
    draw(look) {
      const seen = shown();
      if (isDrawn(look, seen.length > FEW)) return;
      const times = zoom();
      seen.forEach((row, nth) => row.draw(look, { hidden, times, isFirst: nth === 0, isNamed: nth === 0 || seen.length <= FEW, hasMargin: seen.length <= FEW }));
    },
    count(counters) {
      const seen = shown();
      const most = fullPile(seen.map(({ name }) => counters[name]));
      for (const row of rows) row.count(counters[row.name], most, hidden);
    },
    // What became of it, in the place of what it is made of.
    tell(name, outcome) {
      rows.find((row) => row.name === name).tell(outcome);
    },
    // The server of a cluster that sent the newest response; undefined without one.
    serve(name, server) {
      rows.find((row) => row.name === name).serve(server);
    },
    // Shows "?" or nothing in the place of these kinds of numbers: "bytes", "latency", "requests".
    hide(kinds) {
      hidden = new Set(kinds);
      stale();
    },
    speak(newest) {
      lang = newest;
      for (const row of rows) row.speak(lang);
      stale();
    },
  };
}

function row(transport, { choose, open, zoom, stale }) {
  const { name, when } = transport;
  const canvas = make("canvas");
  const cell = make("p", { class: "cell" });
  const became = make("p", { class: "became" });
  const does = make("p", { class: "does" });
  const served = make("span", { class: "served" });
  const told = numbers();
  const own = pile();
  const article = make("article", { class: "row" }, [
    make("div", { class: "name" }, [make("h3", {}, name, served), cell, became, does]),
    canvas,
    make("div", { class: "numbers" }, [own.root, make("div", { class: "told" }, told.parts)]),
  ]);
  article.dataset.when = when;
  article.dataset.transport = name;
  canvas.setAttribute("role", choose ? "application" : "img");
  const area = sizeOf(canvas, stale);

  let lang = "en";
  let silent = false;
  let shown; // the scene that is on the canvas
  let left = 0; // px of the margin before it
  const under = ({ offsetX, offsetY }) => shown && hit(shown, offsetX / zoom() - left, offsetY / zoom());
  if (choose) canBeChosen(canvas, name, under, { choose, open });

  return {
    name,
    article,
    draw(look, { hidden, times, isFirst, isNamed, hasMargin }) {
      if (area.width === 0) return;
      const prepared = prepareCanvas(canvas, area, times);
      const { height } = prepared;
      const say = texts(look, { hidden, isFirst, isNamed, width: prepared.width, lang });
      // As many px for each second as without a margin.
      left = hasMargin && sizes(height).labels && say.lanes ? marginOf(prepared, say.lanes) : 0;
      const width = prepared.width - left;
      const span_us = (look.span_us * width) / prepared.width;
      shown = scene({ ...look, span_us, transport: name, width, height });
      drawScene({ ...prepared, width, left }, shown, name, say);
    },
    count(counters, most, hidden) {
      told.tell(counters, { silent, hidden });
      if (hidden.has("bytes")) own.hide();
      else own.draw(counters.bytes, most, lang);
    },
    tell(outcome) {
      const text = outcome?.text ?? "";
      silent = outcome?.silent === true;
      cell.hidden = text !== "";
      became.hidden = text === "";
      became.dataset.wrong = outcome?.wrong ?? false;
      setText(became, text);
    },
    serve(server) {
      setText(served, server ? ` ${server}` : "");
    },
    speak(newest) {
      lang = newest;
      told.speak(lang);
      const label = word(lang, choose ? "picture.canvas" : "picture.title");
      canvas.setAttribute("aria-label", `${name}: ${label}`);
      cell.textContent = `${word(lang, `when.${when}`)}, ${word(lang, `how.${transport.how}`)}`;
      does.textContent = word(lang, `does.${name}`);
    },
  };
}

const NARROW = 240; // px; a canvas without room for the scales and the names of the lanes

// What is written on a canvas. Among many rows the lanes are named once, and the scales are.
function texts({ log, at_us, span_us }, { hidden, isFirst, isNamed, width, lang }) {
  const bytes = (count) => `${numberFormat(lang).format(count)} B`;
  const lanes = { server: word(lang, "picture.server"), client: word(lang, "picture.client") };
  const scales = () => {
    const { bytes, px } = ruler(labAt(log, at_us));
    return { time: duration(1000 * tick_ms(span_us, width), lang), bytes: size(bytes, lang), px };
  };
  return {
    bytes: hidden.has("bytes") ? undefined : bytes,
    wait: hidden.has("latency") ? undefined : (us) => duration(us, lang),
    lanes: isNamed && width > NARROW ? lanes : undefined,
    ruler: isFirst && width > NARROW ? scales() : undefined,
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
    if (!isPlain(event)) return;
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (way) choose(name, way);
    else if (event.key === "Enter" || event.key === " ") open();
    else if (event.key === "Escape") choose();
    else return;
    event.preventDefault();
  });
}

// A passage in a sentence, for those who hear the page.
export function sentence(passage, lang) {
  const { direction, kind, length, duration_us, seqs } = describe(passage);
  const number = numberFormat(lang, 2);
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

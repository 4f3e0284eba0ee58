// How do rows of the picture come onto paper? Still, in light colours, and without numbers: those would
// answer the question of this slide or of another one.

import { scene } from "../../model/wire/lifelines.js";
import { span_us } from "../../model/wire/playhead.js";
import { drawScene } from "../shared/canvas.js";
import { forgetInks, prepareCanvas } from "../shared/ink.js";
import { make } from "../shared/make.js";
import { word } from "../shared/words.js";

const WIDTH = 560;
const HIGH = 124;
const LOW = 44; // of many rows
const FEW = 3;
const SHARP = 2; // pixels of a drawing for each of paper

// The rows of these transports; `look` is { log, at_us }.
export function paperRows(transports, look, lang) {
  const height = transports.length > FEW ? LOW : HIGH;
  const row = (name, nth) => {
    const canvas = make("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${name}: ${word(lang, "picture.title")}`);
    draw(canvas, name, height, look, height === HIGH || nth === 0 ? lanes(lang) : undefined);
    return make("div", { class: "lifelines", "data-transport": name }, make("h3", {}, name), canvas);
  };
  return make("div", {}, transports.map(row));
}

const lanes = (lang) => ({ server: word(lang, "picture.server"), client: word(lang, "picture.client") });

function draw(canvas, transport, height, look, named) {
  const zoom = SHARP / (devicePixelRatio || 1);
  const area = prepareCanvas(canvas, { width: WIDTH * zoom, height: height * zoom }, zoom);
  const own = { ...look, transport, width: WIDTH, height, span_us: span_us({ speed: 1 }, WIDTH) };
  drawScene(area, scene(own), transport, { lanes: named });
}

// Calls `draw` in the light colours of paper, whatever those of the screen are.
export function inLight(draw) {
  const { style } = document.documentElement;
  style.colorScheme = "light";
  forgetInks();
  try {
    draw();
  } finally {
    style.colorScheme = "";
    forgetInks();
  }
}

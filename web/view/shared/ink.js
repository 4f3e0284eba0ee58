// Which colours does a canvas draw with, and how large is it? The colours are those of the style sheet,
// resolved for a canvas: `light-dark()` is resolved for an element only. They are read once, and again when
// what they depend on changes.

import { LEDGER } from "../../model/wire/counters.js";
import { NAMES } from "../../model/shared/transports.js";

const INKS = ["ink", "soft", "line", "card", "link", "wrong", ...NAMES, ...LEDGER.map((name) => `class-${name}`)];

let inks;
for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
  matchMedia(query).addEventListener("change", () => (inks = undefined));
}

// The colours may be those of another scheme now: paper is light.
export const forgetInks = () => (inks = undefined);

export function palette() {
  inks ??= read();
  return inks;
}

function read() {
  const probe = document.body.appendChild(document.createElement("span"));
  const colours = INKS.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(colours);
}

// Knows the size of a canvas without a layout for each picture. `changed()` is called when it is another.
export function sizeOf(canvas, changed) {
  const size = { width: 0, height: 0 };
  new ResizeObserver(() => {
    [size.width, size.height] = [canvas.clientWidth, canvas.clientHeight];
    changed();
  }).observe(canvas);
  return size;
}

// The drawing area in CSS pixels, sharp on any screen; all in it is `zoom` times as large.
export function prepareCanvas(canvas, size, zoom) {
  const [width, height] = [size.width / zoom, size.height / zoom];
  const ratio = (devicePixelRatio || 1) * zoom;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const pen = canvas.getContext("2d", { alpha: false });
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = palette().card;
  pen.fillRect(0, 0, width, height);
  return { pen, scale: ratio, width, height };
}

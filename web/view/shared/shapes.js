// What is drawn at a point: the shape of an update, the mark of a line that a client sends, and text.

const CORNERS = {
  square: [45, 135, 225, 315],
  up: [-90, 30, 150],
  diamond: [-90, 0, 90, 180],
  down: [90, 210, 330],
  hexagon: [0, 60, 120, 180, 240, 300],
};
const SHAPES = [undefined, ...["square", "up", "diamond", "down", "hexagon"].map((name) => points(CORNERS[name]))];
// Of about the same area as a circle.
const LARGER = [1, 1.2, 1.35, 1.25, 1.35, 1.12];

function points(degrees) {
  return degrees.map((degree) => [Math.cos((degree * Math.PI) / 180), Math.sin((degree * Math.PI) / 180)]);
}

// Adds the shape of an update (its `seq` modulo 6) to the path.
export function addShape(pen, shape, x, y, radius) {
  const corners = SHAPES[shape];
  const size = radius * LARGER[shape];
  if (corners === undefined) {
    pen.moveTo(x + size, y);
    pen.arc(x, y, size, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([across, down], nth) => {
    if (nth === 0) pen.moveTo(x + across * size, y + down * size);
    else pen.lineTo(x + across * size, y + down * size);
  });
  pen.closePath();
}

// Adds a speech bubble to the path.
export function addBubble(pen, x, y, size) {
  const [half, high] = [size, size * 0.7];
  pen.moveTo(x - half, y - high);
  pen.lineTo(x + half, y - high);
  pen.lineTo(x + half, y + high);
  pen.lineTo(x, y + high);
  pen.lineTo(x - half * 0.5, y + high * 1.9);
  pen.lineTo(x - half * 0.5, y + high);
  pen.lineTo(x - half, y + high);
  pen.closePath();
}

const widths = new Map();

// How wide a text is in the font of the pen. Measuring is slow, and most texts come again.
export function widthOf(pen, text) {
  const key = `${pen.font} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size > 2_000) widths.clear();
  const { width } = pen.measureText(text);
  widths.set(key, width);
  return width;
}

// A text on its own ground. `y` is the baseline.
export function write(pen, text, x, y, { size, ink, ground, from = "left" }) {
  const width = widthOf(pen, text);
  const left = from === "right" ? x - width : x;
  pen.globalAlpha = 0.8;
  pen.fillStyle = ground;
  pen.fillRect(left - 2, y - size * 0.85, width + 4, size * 1.1);
  pen.globalAlpha = 1;
  pen.fillStyle = ink;
  pen.fillText(text, left, y);
  return left + width;
}

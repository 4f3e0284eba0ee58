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

// A shape is drawn into a small picture once, and copied from there: a path takes many times as long.
// `scale`: device pixels of a px.
const sprites = new Map();

function copy(pen, scale, x, y, key, make) {
  let own = sprites.get(key);
  if (own === undefined) {
    if (sprites.size > 500) sprites.clear();
    own = make();
    sprites.set(key, own);
  }
  const size = own.width / scale;
  // On whole pixels a copy needs no arithmetic.
  pen.drawImage(own, Math.round((x - size / 2) * scale) / scale, Math.round((y - size / 2) * scale) / scale, size, size);
}

function sprite(reach, scale, draw) {
  const half = Math.ceil(reach * scale);
  const canvas = new OffscreenCanvas(2 * half, 2 * half);
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, half, half);
  draw(pen);
  return canvas.transferToImageBitmap();
}

// Where updates are so close that shapes cannot be distinguished, a bar takes the least time.
const SMALLEST = 3.2;

// The shape of an update (its `seq` modulo 6), set apart from what is under it.
export function drawShape(pen, scale, shape, x, y, radius, { ink, card }) {
  if (radius < SMALLEST) {
    pen.fillStyle = ink;
    pen.fillRect(x - radius * 0.6, y - 4, radius * 1.2, 8);
    return;
  }
  copy(pen, scale, x, y, `${shape} ${radius} ${scale} ${ink} ${card}`, () =>
    sprite(radius * 1.4 + 1.5, scale, (pen) => {
      addShape(pen, shape, 0, 0, radius);
      paint(pen, ink, card);
    }),
  );
}

const STEP = Math.PI / 90; // of the directions of heads

// The head of an arrow, whose tip is at the point.
export function drawHead(pen, scale, x, y, way, size, ink) {
  const step = Math.round(way / STEP);
  copy(pen, scale, x, y, `head ${step} ${size} ${scale} ${ink}`, () =>
    sprite(size, scale, (pen) => {
      pen.rotate(step * STEP);
      pen.moveTo(0, 0);
      pen.lineTo(-size * 0.92, size * 0.38);
      pen.lineTo(-size * 0.92, -size * 0.38);
      pen.fillStyle = ink;
      pen.fill();
    }),
  );
}

function paint(pen, ink, card) {
  pen.lineWidth = 1.5;
  pen.strokeStyle = card;
  pen.stroke();
  pen.fillStyle = ink;
  pen.fill();
}

function addShape(pen, shape, x, y, radius) {
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

// A speech bubble: what a client says.
export function drawBubble(pen, x, y, size, { ink, card }) {
  const [half, high] = [size, size * 0.7];
  pen.beginPath();
  pen.moveTo(x - half, y - high);
  pen.lineTo(x + half, y - high);
  pen.lineTo(x + half, y + high);
  pen.lineTo(x, y + high);
  pen.lineTo(x - half * 0.9, y + high * 2.2);
  pen.lineTo(x - half * 0.5, y + high);
  pen.lineTo(x - half, y + high);
  pen.closePath();
  paint(pen, ink, card);
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

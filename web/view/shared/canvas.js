// How does a row of the picture come onto its canvas? A scene is shapes; this gives them ink.

const UPDATES = [0, 1, 2, 3, 4, 5].map((nth) => `update-${nth}`);
const INKS = ["ink", "soft", "line", "card", "link", "wrong", "now", "next", "never", "upgraded", ...UPDATES];

// The colours of the style sheet as a canvas understands them: `light-dark()` is resolved for an
// element only. Read once, and again when what they depend on changes.
let inks;
for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) {
  matchMedia(query).addEventListener("change", () => (inks = undefined));
}

function palette() {
  const probe = document.body.appendChild(document.createElement("span"));
  const read = INKS.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(read);
}

// The drawing area in CSS pixels, sharp on any screen; all in it is `zoom` times as large.
export function prepareCanvas(canvas, zoom = 1) {
  inks ??= palette();
  const [width, height] = [canvas.clientWidth / zoom, canvas.clientHeight / zoom];
  const ratio = (devicePixelRatio || 1) * zoom;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height, tall: height >= 120 };
}

export function drawScene({ pen, width, height, tall }, scene, family, lanes) {
  const { server_y, client_y } = scene.lanes;
  const band = (spans, y, high, ink, alpha) => {
    pen.fillStyle = ink;
    pen.globalAlpha = alpha;
    for (const { x1, x2 } of spans) pen.fillRect(x1, y, x2 - x1, high);
    pen.globalAlpha = 1;
  };
  band(scene.ticks.map(({ x }) => ({ x1: x, x2: x + 1 })), 0, height, inks.line, 1);
  band(scene.unplugged, 0, height, inks.wrong, 0.25);
  // An open response joins both lanes; a held request only makes the server wait.
  band(scene.open, server_y, client_y - server_y, inks[family], 0.13);
  band(scene.open, server_y - 2, 4, inks[family], 1);
  band(scene.open, client_y - 2, 4, inks[family], 1);
  band(scene.holds, server_y, tall ? 12 : 6, inks[family], 0.9);
  band([{ x1: 0, x2: width }], server_y - 1, 2, inks.soft, 1);
  band([{ x1: 0, x2: width }], client_y - 1, 2, inks.soft, 1);
  for (const arrow of scene.arrows) line(pen, arrow, inks, tall);
  for (const { x, colour } of scene.planned) dot(pen, x, server_y, tall ? 8 : 5, inks[UPDATES[colour]], inks.card);
  pen.font = tall ? "600 15px system-ui, sans-serif" : "12px system-ui, sans-serif";
  if (tall) for (const arrow of scene.arrows) if (arrow.label.room && arrow.drawn === 1) label(pen, arrow, inks);
  if (!lanes) return;
  written(pen, lanes.server, 4, server_y - (tall ? 12 : 4), inks.soft, inks.card);
  written(pen, lanes.client, 4, client_y + (tall ? 22 : 13), inks.soft, inks.card);
}

function line(pen, { x1, y1, x2, y2, drawn, colours, selected, dim, passage }, inks, tall) {
  const x = x1 + (x2 - x1) * drawn;
  const y = y1 + (y2 - y1) * drawn;
  const width = tall ? 3 : 2;
  if (selected) stroke(pen, [x1, y1, x, y], inks.link, width + 8, 0.45);
  const own = colours.length ? colours.map((nth) => inks[UPDATES[nth]]) : [inks.soft];
  // What carries no update is overhead alone: a thin broken line up, a thin one down.
  const bare = colours.length === 0;
  pen.setLineDash(bare && passage.direction === "up" ? [6, 4] : []);
  own.forEach((ink, nth) => {
    const aside = (nth - (own.length - 1) / 2) * (width + 1);
    stroke(pen, [x1 + aside, y1, x + aside, y], ink, bare ? width - 1 : width, dim ? 0.3 : 1);
  });
  pen.setLineDash([]);
  pen.globalAlpha = dim ? 0.3 : 1;
  if (drawn === 1) head(pen, [x1, y1, x2, y2], own.at(-1), tall ? 11 : 7);
  pen.globalAlpha = 1;
}

function stroke(pen, [x1, y1, x2, y2], ink, width, alpha) {
  pen.globalAlpha = alpha;
  pen.strokeStyle = ink;
  pen.lineWidth = width;
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
  pen.globalAlpha = 1;
}

function head(pen, [x1, y1, x2, y2], ink, size) {
  const way = Math.atan2(y2 - y1, x2 - x1);
  pen.fillStyle = ink;
  pen.beginPath();
  pen.moveTo(x2, y2);
  for (const turn of [2.7, -2.7]) {
    pen.lineTo(x2 + size * Math.cos(way + turn), y2 + size * Math.sin(way + turn));
  }
  pen.fill();
}

function dot(pen, x, y, radius, ink, ground) {
  pen.fillStyle = ink;
  pen.strokeStyle = ground;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
  pen.stroke();
}

function label(pen, { label }, inks) {
  written(pen, `${label.bytes} B`, label.x + 8, label.y + 5, inks.ink, inks.card);
}

function written(pen, text, x, y, ink, ground) {
  pen.lineJoin = "round";
  pen.lineWidth = 4;
  pen.strokeStyle = ground;
  pen.strokeText(text, x, y);
  pen.fillStyle = ink;
  pen.fillText(text, x, y);
}

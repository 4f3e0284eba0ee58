// What does the page around the panels do? It lines up the eight, speaks a language, and pauses.
//
// Each panel is a document of its own: so the frames of two transports can both call the
// `receive` of their parent, and a panel could as well come from another port.

import { TRANSPORTS } from "../model/transports.js";
import { language, other, say, word } from "./words.js";

const query = new URLSearchParams(location.search);
let lang = language(query.get("lang"));
let running = true;

const panels = TRANSPORTS.map(({ name, when }) => {
  const panel = document.createElement("iframe");
  const own = new URLSearchParams(query);
  own.set("transport", name);
  own.set("lang", lang);
  panel.src = `panel.html?${own}`;
  panel.title = name;
  panel.dataset.when = when;
  return panel;
});

function tell(panel) {
  panel.contentWindow?.postMessage({ lang, running }, "*");
}

function draw() {
  say(lang);
  document.title = word(lang, "title");
  document.getElementById("language").lang = other(lang);
  document.getElementById("pause").textContent = word(lang, running ? "pause" : "resume");
  panels.forEach(tell);
}

// A panel tells its height when it is there, and whenever that changes.
addEventListener("message", ({ source, data }) => {
  const panel = panels.find(({ contentWindow }) => contentWindow === source);
  if (!panel) return;
  panel.style.minHeight = `${data.height}px`;
  tell(panel);
});

document.getElementById("language").addEventListener("click", () => {
  lang = other(lang);
  query.set("lang", lang);
  history.replaceState(null, "", `?${query}`);
  draw();
});

document.getElementById("pause").addEventListener("click", () => {
  running = !running;
  draw();
});

draw();
// A document that never ends would keep this page from ever being loaded, so first the page.
addEventListener("load", () => document.getElementById("panels").append(...panels));

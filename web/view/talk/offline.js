// How does a reload go on without a server? Once all is there, it is kept, and the service worker
// gives it out when nobody else does.

import { RECORDINGS } from "./live.js";
import { RECORD } from "../../slides/record.js";
import { SLIDES } from "../../slides/index.js";
import { TRANSPORTS } from "../../model/shared/transports.js";

// A page that comes over plain HTTP from another host has no service worker.
export async function keep() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("worker.js");
  if (document.readyState !== "complete") await new Promise((loaded) => addEventListener("load", loaded));
  const cache = await caches.open("talk");
  // One that is missing must not keep the others from being kept.
  await Promise.allSettled([...all()].map((address) => cache.add(address)));
  document.documentElement.dataset.kept = "true";
}

// What this page has loaded from here, and what it may need yet.
function all() {
  const loaded = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const files = loaded.filter(({ origin, pathname }) => origin === location.origin && /\.\w+$/.test(pathname));
  const charts = SLIDES.flatMap(({ piece }) => piece.charts ?? []);
  return new Set([
    ...files.map(({ pathname }) => pathname),
    ...charts.flatMap((name) => ["svg", "ko.svg"].map((ending) => `/results/${RECORD}/charts/${name}.${ending}`)),
    ...["talk.html", "worker.js", "icon.svg"].map((file) => `/${file}`),
    ...RECORDINGS.map((name) => `/recordings/${name}.json`),
    ...["panel.html", "view/shared/keys.js"].map((file) => `/${file}`),
    ...["index.js", "index.css", "draw.js", "say.js", "streams.js"].map((file) => `/view/panel/${file}`),
    ...["state", "said"].map((file) => `/model/panel/${file}.js`),
    ...["publish", "loaded", "pause", "place", "size"].map((part) => `/transports/parts/${part}.js`),
    ...TRANSPORTS.map(({ name }) => `/transports/${name}.js`),
  ]);
}

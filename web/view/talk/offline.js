// How does a reload work without a server? Once the page has loaded, all files that the talk needs
// go into a cache, from which the service worker answers when no server does (worker.js).

import { references } from "../../model/talk/references.js";
import { TRANSPORTS, clientSource } from "../../model/shared/transports.js";
import { SLIDES } from "../../slides/index.js";
import { RECORD } from "../../slides/record.js";
import { RECORDINGS } from "./live.js";

// A page that comes over plain HTTP from another host has no service worker.
export async function keep() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("worker.js");
  if (document.readyState !== "complete") await new Promise((loaded) => addEventListener("load", loaded));
  const cache = await caches.open("talk");
  const known = new Set();
  await Promise.allSettled(roots().map((address) => keepFile(cache, address, known)));
  document.documentElement.dataset.kept = "true";
}

// The files that no other file names by its path.
function roots() {
  const charts = SLIDES.filter(({ piece }) => piece.chart).flatMap(({ piece: { record = RECORD, chart } }) =>
    ["", "-question"].flatMap((version) =>
      ["svg", "ko.svg"].map((ending) => `/results/${record}/charts/${chart}${version}.${ending}`),
    ),
  );
  return [
    ...["talk.html", "panel.html", "worker.js"].map((file) => `/${file}`),
    ...TRANSPORTS.map(({ name }) => clientSource(name)),
    "/recordings/wss.json",
    ...RECORDINGS.map((name) => `/recordings/${name}.json`),
    ...charts,
  ];
}

// Keeps a file and the files that it loads. A file that is missing does not prevent the others.
async function keepFile(cache, address, known) {
  if (known.has(address)) return;
  known.add(address);
  const response = await fetch(address);
  if (!response.ok) return;
  await cache.put(address, response.clone());
  if (!/\.(html|css|js)$/.test(address)) return;
  const named = references(await response.text()).map((path) => new URL(path, response.url).pathname);
  await Promise.allSettled(named.map((path) => keepFile(cache, path, known)));
}

// Hidden frame: how does a page ask for news without a request of its own? It loads an invisible
// frame again and again; the script tags in the frame's document call `parent.receive`.
//
// `start` and its events: interface.js.

import { follow, query } from "./parts/place.js";
import { loadedBytes } from "./parts/loaded.js";
import { publish } from "./parts/publish.js";

export function start({ after, interval, on }) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  let timer;

  function ask() {
    on("request");
    timer = setTimeout(ask, 10 * interval); // in case that nothing is ever loaded
    const asked = performance.now();
    frame.onload = () => {
      // An error page is loaded too.
      const bytes = loadedBytes(frame);
      on(bytes === undefined ? "cut" : "bytes", bytes);
      if (bytes !== undefined) after ??= 0;
      clearTimeout(timer);
      timer = setTimeout(ask, asked + interval - performance.now());
    };
    // Out of the document and in again: a new address in place would be an entry in the
    // browser's history, every interval.
    frame.remove();
    frame.src = `/hidden-frame${query(after)}`;
    document.body.append(frame);
  }

  window.receive = (message) => {
    after = follow(after, message);
    on("message", message);
  };

  function stop() {
    clearTimeout(timer);
    frame.remove();
  }

  ask();
  return { stop, send: publish };
}

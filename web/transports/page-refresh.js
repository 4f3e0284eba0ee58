// Page refresh: what if there is no script at all? The browser loads the page again because the
// page itself says when, and from which place. This script only looks on, to count.
//
// Where the interval is longer than a second, Chromium takes each page for an entry in the history
// of the tab (it keeps 50, and its back button passes over them); a frame can't prevent that.
//
// `start` and its events: interface.js.

import { follow, query } from "./parts/place.js";
import { loadedBytes } from "./parts/loaded.js";
import { publish } from "./parts/publish.js";

export function start({ after, interval, on, onForm }) {
  const frame = document.createElement("iframe");
  frame.title = "page-refresh";
  frame.scrolling = "no"; // it is a glance at the page; the table tells all
  // The page then ends with a form, which each refresh replaces.
  const more = onForm ? ["input=1"] : [];
  let timer;

  function open() {
    frame.remove();
    frame.src = `/page-refresh${query(after, more)}`;
    document.getElementById("stage").append(frame);
  }

  frame.onload = () => {
    on("request");
    clearTimeout(timer);
    const bytes = loadedBytes(frame);
    // The error page of a dead server does not refresh itself, so here this script must help;
    // a person would press the button. The same if no page came for a long time.
    timer = setTimeout(open, bytes === undefined ? interval : 10 * interval);
    if (bytes === undefined) return on("cut");
    on("bytes", bytes);
    after ??= 0;
    for (const item of frame.contentDocument.querySelectorAll("li")) {
      const message = JSON.parse(item.textContent);
      after = follow(after, message);
      on("message", message);
    }
    onForm?.(frame.contentDocument.forms.line);
  };

  function stop() {
    clearTimeout(timer);
    frame.remove();
  }

  open();
  return { stop, send: publish };
}

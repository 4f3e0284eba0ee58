// Forever frame: how does a page get news through a document that never ends? Each update is one
// more script tag in an invisible frame, and calls `parent.receive` as it arrives.

import { follow, query } from "../model/place.js";
import { utf8Bytes } from "../model/size.js";
import { publish } from "./parts/publish.js";

// Longer than from heartbeat to heartbeat of the server (a line end, every 15 s).
const LONGEST_SILENCE = 20_000;

export function start({ after, interval, on }) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  let timer, length, heard;

  function open() {
    on("request");
    // Out of the document and in again, so that the new address is no entry in the history.
    frame.remove();
    frame.src = `/forever-frame${query(after)}`;
    document.body.append(frame);
  }

  window.receive = (message) => {
    const tag = frame.contentDocument.currentScript;
    on("bytes", utf8Bytes(tag.outerHTML));
    // It has done its work; left in place, the document would grow for ever.
    tag.remove();
    after = follow(after, message);
    on("message", message);
  };

  function cut() {
    on("cut");
    heard = performance.now();
    clearTimeout(timer);
    timer = setTimeout(open, interval);
  }

  // A document that never ends is loaded only when the server ended it, or for an error page.
  frame.onload = cut;

  // When the connection breaks off, the browser says nothing at all: the frame just stays. Only
  // a document that no longer grows, not even by a heartbeat, gives it away.
  function listen() {
    const newest = frame.contentDocument?.documentElement?.textContent.length;
    if (newest !== length) {
      length = newest;
      heard = performance.now();
      if (!length) return;
      on("open");
      // Its document is there: if it carries no update, the feed is empty.
      after ??= 0;
    } else if (performance.now() - heard > LONGEST_SILENCE) {
      cut();
    }
  }

  function stop() {
    clearInterval(listening);
    clearTimeout(timer);
    frame.remove();
  }

  open();
  const listening = setInterval(listen, interval);
  return { stop, send: publish };
}

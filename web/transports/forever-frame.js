// Forever frame: how does a page get news through a document that never ends? Each update is one
// more script tag in an invisible frame, and calls `parent.receive` as it arrives.
//
// A document that never ends also grows for ever: the tags can be taken out of it, the line ends
// between them and what the browser keeps of each script can't. So in practice the frame is loaded
// again from time to time, from its position (RFC 6202, section 3.2: "maximal latency"). That is one
// more request, and delays an update that is published just then by a round trip.
//
// `start` and its events: interface.js.

import { follow, query } from "./parts/place.js";
import { utf8Bytes } from "./parts/size.js";
import { publish } from "./parts/publish.js";

// Longer than from heartbeat to heartbeat of the server (a line end, every 15 s).
const LONGEST_SILENCE = 20_000;
const LONGEST_LIFE = 5 * 60_000;
const MOST_TAGS = 10_000;

export function start({ after, interval, on }) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  let timer, length, heard, opened, tags;

  function open() {
    clearTimeout(timer);
    on("request");
    [tags, opened, heard] = [0, performance.now(), performance.now()];
    // Out of the document and in again, so that the new address is no entry in the history, and
    // nothing of the old document calls any more.
    frame.remove();
    frame.src = `/forever-frame${query(after)}`;
    document.body.append(frame);
  }

  window.receive = (message) => {
    const tag = frame.contentDocument.currentScript;
    on("bytes", utf8Bytes(tag.outerHTML));
    // It has done its work.
    tag.remove();
    after = follow(after, message);
    on("message", message);
    tags += 1;
    // Not at once: it is a script of that very frame that has called.
    if (tags === MOST_TAGS) timer = setTimeout(open);
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
    const now = performance.now();
    const newest = frame.contentDocument?.documentElement?.textContent.length;
    if (newest !== length) {
      length = newest;
      heard = now;
      if (!length) return;
      on("open");
      // Its document is there: if it carries no update, the feed is empty.
      after ??= 0;
      if (now - opened > LONGEST_LIFE) open();
    } else if (now - heard > LONGEST_SILENCE) {
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

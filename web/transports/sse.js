// Server-sent events: what if the browser itself knows how to read a stream, and to resume it?
//
// `start` and its events: interface.js.

import { follow, query } from "./parts/place.js";
import { utf8Bytes } from "./parts/size.js";
import { publish } from "./parts/publish.js";

export function start({ after, interval, on }) {
  let source, timer;

  function open() {
    on("request");
    source = new EventSource(`/sse${query(after)}`);
    source.onopen = () => {
      on("open");
      after ??= 0;
    };
    source.onmessage = ({ data }) => {
      on("bytes", utf8Bytes(data));
      const message = JSON.parse(data);
      after = follow(after, message);
      on("message", message);
    };
    source.onerror = () => {
      on("cut");
      // The browser connects again and tells its place (Last-Event-ID). But it gives up on an
      // answer that is no event stream, and before the first update it knows no place.
      if (source.readyState === EventSource.CONNECTING && after) return on("request");
      source.close();
      timer = setTimeout(open, interval);
    };
  }

  function stop() {
    clearTimeout(timer);
    source.close();
  }

  open();
  return { stop, send: publish };
}

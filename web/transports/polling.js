// Polling: how does a script ask for news, every interval?
//
// `start` and its events: interface.js.

import { follow, query } from "./parts/place.js";
import { utf8Bytes } from "./parts/size.js";
import { sleep } from "./parts/pause.js";
import { publish } from "./parts/publish.js";

export function start({ after, interval, on }) {
  const stop = new AbortController();
  const options = { cache: "no-store", signal: stop.signal };

  async function ask() {
    on("request");
    const answer = await fetch(`/polling${query(after)}`, options);
    if (!answer.ok) throw new Error(answer.statusText);
    const text = await answer.text();
    on("bytes", utf8Bytes(text));
    after ??= 0;
    for (const message of JSON.parse(text)) {
      after = follow(after, message);
      on("message", message);
    }
  }

  async function askEveryInterval() {
    while (!stop.signal.aborted) {
      // The pause starts with the request: the interval is from request to request. A slow
      // answer delays the next request, so two never ask from the same place.
      const pause = sleep(interval, stop.signal);
      await ask().catch(() => stop.signal.aborted || on("cut"));
      await pause;
    }
  }

  askEveryInterval();
  return { stop: () => stop.abort(), send: publish };
}

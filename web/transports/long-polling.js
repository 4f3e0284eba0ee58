// Long polling: how does a script ask for news that the server answers when there is some? Like
// polling, except that the script asks again at once: the server holds the request.
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
    const answer = await fetch(`/long-polling${query(after)}`, options);
    if (!answer.ok) throw new Error(answer.statusText);
    const text = await answer.text();
    on("bytes", utf8Bytes(text));
    after ??= 0;
    for (const message of JSON.parse(text)) {
      after = follow(after, message);
      on("message", message);
    }
  }

  // A dead server fails at once: don't hammer it.
  async function pause() {
    if (stop.signal.aborted) return;
    on("cut");
    await sleep(interval, stop.signal);
  }

  // The server waits, so the script need not.
  async function askAtOnce() {
    while (!stop.signal.aborted) await ask().catch(pause);
  }

  askAtOnce();
  return { stop: () => stop.abort(), send: publish };
}

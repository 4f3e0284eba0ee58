// HTTP streaming: how does a script read one response that never ends, line by line?
//
// `start` and its events: interface.js.

import { follow, query } from "./parts/place.js";
import { sleep } from "./parts/pause.js";
import { publish } from "./parts/publish.js";

export function start({ after, interval, on }) {
  const stop = new AbortController();

  async function read() {
    on("request");
    const answer = await fetch(`/http-streaming${query(after)}`, { signal: stop.signal });
    if (!answer.ok) throw new Error(answer.statusText);
    on("open");
    after ??= 0;
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      on("bytes", value.length);
      // What arrives may end anywhere, in the middle of a line or of a letter.
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        if (line === "") continue; // a heartbeat
        const message = JSON.parse(line);
        after = follow(after, message);
        on("message", message);
      }
    }
  }

  async function pause() {
    if (stop.signal.aborted) return;
    on("cut");
    await sleep(interval, stop.signal);
  }

  // The response never ends by itself, so its end is a cut, too.
  async function readAgainWhenCut() {
    while (!stop.signal.aborted) await read().then(pause, pause);
  }

  readAgainWhenCut();
  return { stop: () => stop.abort(), send: publish };
}

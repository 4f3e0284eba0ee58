// WebSocket: how does a page keep a connection on which both sides may speak?
//
// `start` and its events: interface.js.

import { follow, query } from "./parts/place.js";
import { utf8Bytes } from "./parts/size.js";

const LONGEST_PAUSE = 30_000;

export function start({ after, interval, on }) {
  const server = location.origin.replace(/^http/, "ws");
  let socket, timer;
  let pause = interval;

  function open() {
    on("request");
    socket = new WebSocket(`${server}/websocket${query(after)}`);
    socket.onopen = () => {
      on("open");
      pause = interval;
      after ??= 0;
    };
    socket.onmessage = ({ data }) => {
      on("bytes", utf8Bytes(data));
      const message = JSON.parse(data);
      after = follow(after, message);
      on("message", message);
    };
    // Nobody connects again but this script: later each time, so that a server that comes back
    // is not met by everybody at once.
    socket.onclose = ({ code }) => {
      on("cut", code);
      timer = setTimeout(open, pause * (0.5 + Math.random() / 2));
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    };
  }

  async function send(text) {
    // A socket that is not open would drop it without a word.
    if (socket.readyState !== WebSocket.OPEN) throw new Error("the WebSocket is not open");
    socket.send(text);
  }

  function stop() {
    clearTimeout(timer);
    socket.onclose = null;
    socket.close();
  }

  open();
  return { stop, send };
}

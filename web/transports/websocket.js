// WebSocket: how does a page keep a connection on which both sides may speak?

import { follow, query } from "../model/place.js";
import { utf8Bytes } from "../model/size.js";

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
    socket.onclose = () => {
      on("cut");
      timer = setTimeout(open, pause * (0.5 + Math.random() / 2));
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    };
  }

  open();
  return () => {
    clearTimeout(timer);
    socket.onclose = null;
    socket.close();
  };
}

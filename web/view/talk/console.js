// What do the names of the API do? Each step of the slide can be run, on a real WebSocket, and
// what happens is written below. Without a server a stand-in plays what was recorded.

import { text } from "../../model/wire/passage.js";
import { make } from "../shared/make.js";
import { slideWords } from "../shared/slide-words.js";
import { word } from "../shared/words.js";

export function consolePiece(live, { id, piece }, lang) {
  const address = `${location.origin.replace(/^http/, "ws")}/websocket`;
  const log = make("ol", { class: "log", role: "log", "aria-label": word(lang, "talk.output") });
  const told = make("p", { class: "told" });
  const tell = (shows) => (told.textContent = slideWords(lang, id).shows?.[shows] ?? "");
  let socket;

  function print(...values) {
    const line = values.map((value) => (typeof value === "string" ? value : String(value))).join(" ");
    // The padding of an update says nothing.
    log.append(make("li", {}, line.replace(/\.{9,}/, "…")));
    while (log.children.length > 1 && log.scrollHeight > log.clientHeight) log.firstChild.remove();
  }

  const ACTIONS = {
    test: () => print("WebSocket" in window),
    open() {
      socket?.close();
      if (!live.lab) print(word(lang, "talk.consoleRecorded"));
      socket = live.lab ? new WebSocket(address) : standIn(live);
      socket.onopen = () => print("open");
      socket.onclose = ({ code }) => print("closed", code);
    },
    onmessage: () => (socket.onmessage = ({ data }) => print(data)),
    send() {
      socket.send("hello");
      if (socket.readyState > WebSocket.OPEN) print(word(lang, "talk.consoleClosed"));
    },
    close: () => socket.close(),
  };

  function run(action) {
    if (!socket && !["test", "open"].includes(action)) return print(word(lang, "talk.consoleFirst"));
    try {
      ACTIONS[action]();
    } catch (error) {
      print(`${error.name}: ${error.message}`);
    }
  }

  const step = ({ action, code, shows }, nth) => {
    const button = make("button", { type: "button" }, word(lang, "talk.run"));
    button.addEventListener("click", () => {
      tell(shows);
      run(action);
    });
    button.setAttribute("aria-label", `${word(lang, "talk.run")} ${nth + 1}`);
    return make("li", {}, button, make("pre", {}, make("code", {}, code)));
  };
  tell(piece.steps[0].shows);
  const did = make("div", { class: "did" }, told, log);
  return {
    root: make("div", { class: "console" }, make("ol", { class: "steps" }, piece.steps.map(step)), did),
    leave: () => socket?.close(),
  };
}

const OPEN_MS = 300;
const LOOK_MS = 100;
const decoder = new TextDecoder();

// As much of a WebSocket as the slide shows, fed from the recorded frames.
function standIn(live) {
  let last = live.texts.at(-1);
  const socket = { onopen() {}, onmessage() {}, onclose() {}, readyState: WebSocket.CONNECTING };
  const bring = (data) => socket.onmessage({ data });
  const opening = setTimeout(() => {
    socket.readyState = WebSocket.OPEN;
    socket.onopen();
  }, OPEN_MS);
  const looking = setInterval(() => {
    const fresh = live.texts.slice(live.texts.indexOf(last) + 1);
    last = fresh.at(-1) ?? last;
    if (socket.readyState !== WebSocket.OPEN) return;
    for (const { parts } of fresh) {
      for (const part of parts) if (part.class === "payload") bring(decoder.decode(text(part)));
    }
  }, LOOK_MS);
  socket.send = (data) => {
    if (socket.readyState === WebSocket.CONNECTING) throw new DOMException("Still in CONNECTING state.", "InvalidStateError");
    if (socket.readyState === WebSocket.OPEN) setTimeout(bring, OPEN_MS, JSON.stringify({ data }));
  };
  socket.close = () => {
    if (socket.readyState === WebSocket.CLOSED) return;
    clearTimeout(opening);
    clearInterval(looking);
    socket.readyState = WebSocket.CLOSED;
    setTimeout(() => socket.onclose({ code: 1005 }), OPEN_MS);
  };
  return socket;
}

// How does the page hear of the wires, and how does the presenter control them?

import { ahead_us } from "../../model/wire/playhead.js";

const token = new URLSearchParams(location.search).get("token");
const query = token ? `?${new URLSearchParams({ token })}` : "";

// The state of the lab; undefined where the server has none (`--lab` starts it).
export async function fetchLab() {
  const answer = await fetch(`/lab${query}`, { cache: "no-store" });
  return answer.ok ? answer.json() : undefined;
}

// Changes something; the new state comes over the socket, to everybody. Rejects with what the
// server says against it. One after the other: on two connections the later could come first.
let before = Promise.resolve();
export function control(change) {
  const made = before.then(() => post(change));
  before = made.catch(() => {});
  return made;
}

async function post(change) {
  const body = JSON.stringify(change);
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`/lab${query}`, { method: "POST", headers, body }).catch(() => {});
  if (!answer) throw new Error(); // nobody is there, which the page says already
  if (!answer.ok) throw new Error((await answer.json()).detail);
}

const AGAIN_MS = 1000;

// Hands each message of the server to `hear`, tells `lose` when the connection is cut, and comes
// back.
export function listen(hear, lose = () => {}) {
  const address = `${location.origin.replace(/^http/, "ws")}/lab/wire${query}`;
  const socket = new WebSocket(address);
  socket.onmessage = ({ data }) => hear(JSON.parse(data));
  socket.onclose = () => {
    lose();
    setTimeout(listen, AGAIN_MS, hear, lose);
  };
}

// Is it still the server that the page came from? A server that was restarted has other ports, which
// this page's policy does not allow.
export const isSame = (before, now) => ports(before) === ports(now);
const ports = (lab) => lab.panels.map(({ port }) => port).join();

// What this browser's clock shows now, in microseconds.
export const browser_us = () => (performance.timeOrigin + performance.now()) * 1000;

// What the server's clock shows now, in microseconds.
export function serverClock() {
  let ahead;
  return {
    hear: ({ sent_us }) => (ahead = ahead_us(ahead, sent_us, browser_us())),
    now_us: () => browser_us() + (ahead ?? 0),
  };
}

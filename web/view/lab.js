// How does the page hear of the wires, and how does the presenter control them?

const token = new URLSearchParams(location.search).get("token");
const query = token ? `?${new URLSearchParams({ token })}` : "";

// The state of the lab; undefined where the server has none (`--lab` starts it).
export async function lab() {
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
  const answer = await fetch(`/lab${query}`, { method: "POST", headers, body });
  if (!answer.ok) throw new Error((await answer.json()).detail);
}

const AGAIN_MS = 1000;

// Hands each message of the server to `hear`, and comes back when it was cut.
export function listen(hear) {
  const address = `${location.origin.replace(/^http/, "ws")}/lab/wire${query}`;
  const socket = new WebSocket(address);
  socket.onmessage = ({ data }) => hear(JSON.parse(data));
  socket.onclose = () => setTimeout(listen, AGAIN_MS, hear);
}

// What the server's clock shows now, in microseconds: a message was sent some time before it came,
// and of the newest ones that which came soonest tells it best.
export function serverClock() {
  const newest = [];
  const browser_us = () => (performance.timeOrigin + performance.now()) * 1000;
  return {
    hear({ sent_us }) {
      newest.push(browser_us() - sent_us);
      if (newest.length > 50) newest.shift();
    },
    now_us: () => browser_us() - (newest.length ? Math.min(...newest) : 0),
  };
}

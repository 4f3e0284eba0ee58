// What does a panel look like, given its state?

import { median } from "../../model/panel/state.js";
import { clientSource, serverSource } from "../../model/shared/transports.js";
import { fill, say, setText, word } from "../shared/words.js";

const ROWS = 3;
const HIDDEN = "?";

const find = (id) => document.getElementById(id);

// What depends on the transport and the language only.
export function preparePanel(transport, lang) {
  for (const element of document.querySelectorAll("[data-word]")) {
    element.dataset.word = element.dataset.word.replace(/\{(\w+)\}/g, (_, part) => transport[part]);
  }
  say(lang);
  const { name } = transport;
  document.title = name;
  document.body.dataset.transport = name;
  find("name").textContent = name;
  find("client").href = clientSource(name);
  find("server").href = serverSource(name);
}

// `hidden`: the kinds of numbers ("bytes", "latency", "requests") that are the answer to a question, and
// are not shown yet.
export function drawPanel(state, { lang, running, hidden = [] }) {
  const number = new Intl.NumberFormat(lang);
  const ms = (value) => (hidden.includes("latency") ? HIDDEN : `${number.format(value)}\u00a0ms`);
  for (const id of ["updates", "requests", "bytes"]) {
    const isHidden = hidden.includes(id);
    find(id).value = isHidden ? "" : state[id];
    find(id).textContent = isHidden ? HIDDEN : number.format(state[id]);
  }
  const latency = median(state.latest);
  find("latency").value = hidden.includes("latency") ? "" : latency ?? "";
  find("latency").textContent = latency === undefined ? "–" : ms(latency);
  find("audit").replaceChildren(...audit(state, running, lang, number));
  setText(find("connection"), connection(state, running, lang, ms));
  find("latest").replaceChildren(
    ...Array.from({ length: ROWS }, (_, nth) => row(state.latest[nth], lang, number, ms)),
  );
}

// Gaps and repeats are shown even if there are none; the rest only if it happened.
function* audit(state, running, lang, number) {
  for (const key of ["gaps", "repeats", "missed", "startedOver", "cuts"]) {
    const count = state[key];
    if (count === 0 && key !== "gaps" && key !== "repeats") continue;
    const item = document.createElement("li");
    const value = document.createElement("data");
    value.id = key;
    value.value = count;
    value.textContent = number.format(count);
    item.append(word(lang, key), " ", value);
    item.className = count === 0 ? "fine" : key === "gaps" || key === "repeats" ? "wrong" : "told";
    yield item;
  }
  if (running) return;
  const item = document.createElement("li");
  item.textContent = word(lang, "paused");
  item.className = "told";
  yield item;
}

// Read out when it changes, so it holds no number that keeps changing.
function connection({ cut, recovered_ms }, running, lang, ms) {
  if (running && cut) return word(lang, "trying");
  if (recovered_ms === undefined) return "";
  return fill(word(lang, "panel.recovered"), { ms: ms(recovered_ms) });
}

function row(update, lang, number, ms) {
  const row = document.createElement("tr");
  const cells = update
    ? [number.format(update.seq), text(update.data, lang), ms(update.latency_ms)]
    : ["\u00a0", "", ""];
  for (const content of cells) {
    row.insertCell().textContent = content;
  }
  return row;
}

// A price, or whatever else an update carries.
function text(data, lang) {
  if (typeof data === "number") {
    return data.toLocaleString(lang, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }
  return typeof data === "string" ? data : JSON.stringify(data);
}

// What does a reader see who opens an arrow? The bytes that passed: how many of which class, then
// each of them, item by item.

import { byClass, dissect, foldRuns } from "../../model/wire/dissect.js";
import { frameDetails } from "./bytes-frame.js";
import { token } from "./bytes-handshake.js";
import { make } from "./make.js";
import { word } from "./words.js";

// Fills a <dialog> that the caller opens, or an <aside>, and fills it again for another passage.
// `context` may hold `handshake` (the passage of the other direction of a WebSocket's handshake),
// `step` (called with 1 or -1 for the next or the previous message) and `close`.
export function show(dialog, passage, context = {}, lang) {
  const say = speaker(lang);
  if (!dialog.querySelector(".bytes-body")) prepare(dialog);
  const title = [passage.transport, say(passage.direction)];
  if (passage.kind) title.push(say(`passage.${passage.kind}`));
  dialog.lang = lang;
  dialog.dataset.transport = passage.transport;
  dialog.querySelector("h2").textContent = title.join(" · ");
  buttons(dialog, context, say);
  const items = dissect(passage);
  const body = dialog.querySelector(".bytes-body");
  body.replaceChildren(
    facts(passage, say),
    bar(byClass(passage), say),
    make("ol", { class: "bytes-parts" }, parts(passage, items, say)),
    ...token(items, context.handshake ? dissect(context.handshake) : [], say),
  );
  body.scrollTop = 0;
}

// Says a word of this view, with values in it: say("follow", { bytes: 100 }).
export function speaker(lang) {
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 3 });
  const say = (key, values = {}) =>
    word(lang, `wireBytes.${key}`).replace(/\{(\w+)\}/g, (_, name) =>
      typeof values[name] === "number" ? number.format(values[name]) : values[name],
    );
  say.bytes = (count) => say(count === 1 ? "byte" : "bytes", { count });
  say.instant = (us) => {
    const time = new Intl.DateTimeFormat(lang, { timeStyle: "medium", hourCycle: "h23" });
    return `${time.format(us / 1000)}.${String(us % 1e6).padStart(6, "0")}`;
  };
  return say;
}

// Made once, so that the focus stays on a button that shows the next message, and so that its
// title is read out when it changes.
function prepare(dialog) {
  dialog.classList.add("wire-bytes");
  const title = make("h2", { id: `${dialog.id || "bytes"}-title`, "aria-live": "polite" });
  dialog.setAttribute("aria-labelledby", title.id);
  const labelled = { role: "group", "aria-labelledby": title.id };
  const body = make("div", { class: "bytes-body", tabindex: "0", ...labelled });
  // What is read and scrolled has the focus when the dialog opens.
  body.autofocus = dialog.matches("dialog");
  const button = (name) => make("button", { type: "button", "data-bytes": name });
  dialog.replaceChildren(
    make("header", {}, title, make("nav", {}, ["previous", "next", "close"].map(button))),
    body,
  );
}

function buttons(dialog, { step, close }, say) {
  const does = {
    previous: step && (() => step(-1)),
    next: step && (() => step(1)),
    close: close ?? (dialog.close && (() => dialog.close())),
  };
  for (const button of dialog.querySelectorAll("[data-bytes]")) {
    const name = button.dataset.bytes;
    button.textContent = say(name);
    button.onclick = does[name];
    button.hidden = !does[name];
  }
}

function facts({ direction, client_us, server_us, parts }, say) {
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  const [left, arrived] = direction === "up" ? [client_us, server_us] : [server_us, client_us];
  const [from, to] = direction === "up" ? ["client", "server"] : ["server", "client"];
  const told = [
    [say("total"), say.bytes(bytes)],
    [say("underWay"), say("ms", { ms: (arrived - left) / 1000 })],
    [say(`left.${from}`), say.instant(left)],
    [say(`arrived.${to}`), say.instant(arrived)],
  ];
  const fact = ([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value));
  return make("dl", { class: "bytes-facts" }, told.map(fact));
}

// As long as its bytes; what a colour means stands in the legend, in words.
function bar(classes, say) {
  const lengths = classes.map(({ class: name, length }) => {
    const span = make("span", { "data-class": name });
    span.style.flexGrow = length;
    return span;
  });
  const legend = classes.map(({ class: name, length }) =>
    make(
      "li",
      { "data-class": name },
      make("span", { class: "bytes-swatch" }),
      make("span", {}, say(`class.${name}`)),
      make("b", {}, say.bytes(length)),
    ),
  );
  return make(
    "div",
    { class: "bytes-bar" },
    make("div", { class: "bytes-lengths", "aria-hidden": "true" }, lengths),
    make("ul", {}, legend),
  );
}

// One group for each part of the passage: its class by name and colour, then its items.
function parts(passage, items, say) {
  const firstFrame = items.find(({ kind }) => kind === "frame");
  return passage.parts.map((part, nth) => {
    const own = items.filter((item) => item.part === nth);
    const notes = own.map((item) => note(item, say));
    const rows = own.map((item, at) => {
      // Said once of several in a row.
      const said = notes[at] === notes[at - 1] ? "" : notes[at];
      return row(item, said, item === firstFrame, say);
    });
    const head = make("h3", {}, say(`class.${part.class}`), make("b", {}, say.bytes(part.length)));
    return make("li", { "data-class": part.class }, head, make("ol", {}, rows));
  });
}

function row(item, said, opened, say) {
  const told = make("div", {}, ...content(item, say), said && make("p", {}, said));
  const count = make("span", { class: "bytes-count" }, say("short", { count: item.length }));
  const bits = item.kind === "frame" ? frameDetails(item.fields, opened, say) : "";
  return make("li", { "data-kind": item.kind }, told, count, bits);
}

// A masked item shows twice: as it passed, and what it says.
function content({ kind, text, hex, mask, name }, say) {
  if (kind === "not-shown") return [];
  if (text === undefined) return [make("code", {}, hex)];
  const shown = make("code", {}, ...marked(text, kind === "header" ? name : ""));
  if (mask === undefined) return [shown];
  const label = (key) => make("span", { class: "bytes-label" }, say(key, { mask }));
  return [label("onWire"), make("code", {}, hex), label("unmasked"), shown];
}

// An item without a word about it, for a view of its own.
export const inked = ({ kind, text, hex, name }) =>
  make("code", {}, text === undefined ? hex ?? "…" : marked(text, kind === "header" ? name : ""));

// The name of a header field stands out; runs are folded, and what has no shape gets one.
function marked(text, name) {
  const strong = name ? [make("strong", {}, name)] : [];
  const rest = foldRuns(text.slice(name.length)).flatMap(({ text: run, times }) =>
    times ? [make("span", { class: "bytes-fold" }, `${run} × ${times}`)] : visible(run),
  );
  return [...strong, ...rest];
}

// By name and not by Unicode's pictures for them (␍␊), which many a machine has no font for.
const NAMES = { "\r": "CR", "\n": "LF", "\t": "TAB", " ": "SP" };

const visible = (text) =>
  text.split(/([\x00-\x1f\x7f]| $)/).map((run) => {
    if (!/^[\x00-\x1f\x7f]|^ $/.test(run)) return run;
    return make("i", {}, NAMES[run] ?? hex(run.charCodeAt(0)));
  });

const hex = (code) => code.toString(16).padStart(2, "0");

const SPEAKS_FOR_ITSELF = new Set(["header", "text"]);

function note(item, say) {
  return SPEAKS_FOR_ITSELF.has(item.kind) ? "" : say(`note.${noteKey(item)}`, values(item, say));
}

function noteKey({ kind, class: name, bytes, seq, opcode, ...item }) {
  if (kind === "event-field") return item.name;
  if (kind === "blank-line" && name === "idle") return "heartbeat";
  if (kind === "blank-line" && name === "chunk") return "chunk-end";
  if (kind === "chunk-size" && bytes === 0) return "last-chunk";
  if (kind === "update" && seq === undefined) return "update-rest";
  if (kind === "frame" && opcode === undefined) return "frame-cut";
  return kind;
}

const values = (item, say) => ({
  ...item,
  instant: item.at_us && say.instant(item.at_us),
  opcode: item.opcode && say(`opcode.${item.opcode}`),
  code: String(item.code),
  count: item.length,
});

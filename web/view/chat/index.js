// What is it like to write while updates arrive? A chat by any of the transports. With page refresh the
// input is in the page that is loaded again, so each refresh wipes a line that is half typed; the
// others leave the page alone.

import { chat, EMPTY_CHAT, lineOf } from "../../model/chat/lines.js";
import { chosen } from "../../model/shared/audience.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { linesView } from "./draw.js";
import { fetchLab } from "../shared/lab.js";
import { make } from "../shared/make.js";
import { fill, language, other, say, setText, word } from "../shared/words.js";

const FIRST = TRANSPORTS.at(-1);
const query = new URLSearchParams(location.search);
const find = (id) => document.getElementById(id);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
// So that the page knows its own lines.
const own = crypto.getRandomValues(new Uint32Array(1))[0].toString(36);
let interval = 1000; // in milliseconds, unless the lab says another
const drawLines = linesView(find("lines"), own);
const known = fetchLab()
  .then((lab) => (interval = lab ? lab.interval_us / 1000 : interval))
  .catch(() => {});
// A document that never ends would keep this page from ever being loaded, so first the page.
const loaded = new Promise((done) => {
  if (document.readyState === "complete") done();
  else addEventListener("load", done);
});

let lang = language(query.get("lang"));
let transport;
let client; // what the transport's start has returned
let state = EMPTY_CHAT;
let started; // resolves once it runs
let sent = 0;
let sending = false;
let typed = ""; // in the page that is refreshed
let wiped; // what the newest refresh wiped
let drawing;

const links = TRANSPORTS.map(({ name }) => make("a", { href: `#${name}`, "data-transport": name }, name));
find("eight").append(...links.map((link) => make("li", {}, link)));

// One transport at a time: the next begins where the one before was.
async function run() {
  transport = chosen(location.hash) ?? FIRST;
  const mine = transport;
  client?.stop();
  client = undefined;
  [typed, wiped] = ["", undefined];
  speak();
  const { start } = await import(`../../transports/${mine.name}.js`);
  await Promise.all([known, loaded]);
  if (mine !== transport || client) return; // another was chosen meanwhile
  speak(); // the interval may be another
  const isPage = mine.name === "page-refresh";
  const on = (kind, value) => {
    if (mine !== transport || kind !== "message") return;
    state = chat(state, value);
    redraw();
  };
  client = start({ after: state.after, interval, on, onForm: isPage ? watch : undefined });
}

// The form of the page that has just been loaded.
function watch(form) {
  if (typed) wiped = typed;
  typed = "";
  redraw();
  if (!form) return;
  const { text } = form.elements;
  text.addEventListener("input", () => (typed = text.value));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    typed = "";
    publish(text);
  });
  const frame = document.querySelector("#stage iframe");
  frame.contentWindow.scrollTo(0, form.offsetTop);
  // Current browsers hide that the page is drawn again.
  if (!calm.matches) frame.animate({ opacity: [0.2, 1] }, 300);
}

// A line stays in its input until the transport has taken it, and is shown when it comes back.
async function publish(input) {
  const said = input.value;
  if (sending || !said.trim()) return;
  sending = true;
  setText(find("failed"), "");
  try {
    await started;
    await client.send(lineOf(transport.name, `${own}-${(sent += 1)}`, said));
    if (input.value === said) input.value = "";
  } catch ({ message }) {
    setText(find("failed"), fill(word(lang, "chat.failed"), { why: message, text: said }));
  }
  sending = false;
}

find("say").addEventListener("submit", (event) => {
  event.preventDefault();
  publish(find("text"));
});

function redraw() {
  drawing ??= requestAnimationFrame(() => {
    drawing = undefined;
    drawLines(state.entries, lang);
    const isPage = transport.name === "page-refresh";
    setText(find("wiped"), isPage && wiped ? fill(word(lang, "chat.wiped"), { text: wiped }) : "");
  });
}

function speak() {
  say(lang);
  document.title = word(lang, "chat.title");
  find("language").lang = other(lang);
  const isPage = transport.name === "page-refresh";
  find("say").hidden = isPage;
  document.body.dataset.transport = transport.name;
  // The page itself says when it is refreshed, in whole seconds.
  const s = Math.max(1, Math.ceil(interval / 1000));
  find("does").textContent = isPage ? fill(word(lang, "chat.page"), { s }) : word(lang, `does.${transport.name}`);
  for (const link of links) {
    if (link.hash === `#${transport.name}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  redraw();
}

addEventListener("hashchange", () => (started = run()));
// A phone returns to the page by which it joined.
if (URL.canParse(document.referrer) && new URL(document.referrer).pathname === "/join.html") {
  document.querySelector("header a").href = "join.html";
}
find("language").addEventListener("click", () => {
  lang = other(lang);
  query.set("lang", lang);
  history.replaceState(null, "", `?${query}${location.hash}`);
  speak();
});

started = run();
// Only now, when it has its words: nothing moves afterwards.
document.body.hidden = false;

// How is the talk given? One slide at a time, by keys or buttons; each window of it (the slides,
// the presenter's notes) has the whole state, and tells the others when it changes.

import { act, go, heard, meaning, opening, shown, slide, told, withPhones } from "../../model/talk/state.js";
import { SLIDES } from "../../slides/index.js";
import { isIts, isPlain } from "../shared/keys.js";
import { handout } from "./handout.js";
import { notes } from "./notes.js";
import { keep } from "./offline.js";
import { overview } from "./overview.js";
import { stage } from "./stage.js";
import { slideWords } from "../shared/slide-words.js";
import { fill, language, other, say, word } from "../shared/words.js";

const query = new URLSearchParams(location.search);
const isPresenter = query.has("presenter");
const find = (id) => document.getElementById(id);

let state = go(opening(SLIDES, language(query.get("lang"))), location.hash);
let since_ms = Date.now(); // when the talk began
let entered_ms = since_ms; // when the current slide was entered
const channel = new BroadcastChannel("talk");

const view = isPresenter
  ? notes({ restart })
  : stage(
      query,
      (number) => channel.postMessage({ number }),
      (phones) => become(withPhones(state, phones)),
    );
const { overviewDialog, gotoDialog } = overview(() => state, become);
document.body.dataset.presenter = isPresenter;

function become(next) {
  if (next === state) return;
  if (next.at !== state.at) entered_ms = Date.now();
  state = next;
  tell();
  draw();
}

const tell = () => channel.postMessage({ state: told(state), since_ms, entered_ms });

channel.onmessage = ({ data }) => {
  if (data.asked) return tell();
  if (data.number) return isPresenter && view.hear(data.number);
  ({ since_ms, entered_ms } = data);
  state = heard(state, data.state);
  draw();
};

function restart() {
  since_ms = entered_ms = Date.now();
  tell();
  draw();
}

const toggle = (dialog) => (dialog.open ? dialog.close() : dialog.showModal());

// What is about this window, and no state of the talk.
const EFFECTS = {
  full: () => full().catch(refused),
  presenter: () => open(`?presenter=1&lang=${state.lang}${location.hash}`, "presenter", "popup,width=900,height=700"),
  overview: () => toggle(overviewDialog),
  goto: () => toggle(gotoDialog),
  help: () => toggle(find("help")),
};

async function full() {
  if (document.fullscreenElement) return document.exitFullscreen();
  // Where it does not exist, calling it rejects as well.
  await document.documentElement.requestFullscreen();
}

// A browser may have its reasons; its own key does without asking the page.
function refused() {
  find("refused").textContent = word(state.lang, "talk.refused");
}

function command(name) {
  find("refused").textContent = "";
  if (name in EFFECTS) EFFECTS[name]();
  else become(act(state, name));
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-do]");
  if (button) command(button.dataset.do);
});

document.addEventListener("keydown", (event) => {
  if (isPlain(event) && !isIts(event.target, event.key) && press(event.key)) event.preventDefault();
});

// Whoever tried something in a panel still has the keys.
addEventListener("message", ({ source, data }) => {
  const panels = [...document.querySelectorAll("#panels iframe")];
  if (typeof data?.key === "string" && panels.some(({ contentWindow }) => contentWindow === source)) press(data.key);
});

// Whether the key stood for anything.
function press(key) {
  const name = meaning(state, key);
  const dialog = document.querySelector("dialog[open]");
  if (!name || (dialog && dialog.id !== name)) return false;
  command(name);
  return true;
}

addEventListener("hashchange", () => become(go(state, location.hash)));

find("letters").addEventListener("change", () => become(act(state, "letters")));

let drawn; // the state that is on the screen
function draw() {
  const { id } = slide(state);
  if (drawn?.lang !== state.lang) speak();
  // Not an entry in the history for each slide: "back" would mean two things.
  if (location.hash !== `#${id}`) history.replaceState(null, "", `${location.search}#${id}`);
  const title = slideWords(state.lang, id).title;
  document.title = isPresenter ? word(state.lang, "talk.presenter") : `${title} · ${word(state.lang, "talk.title")}`;
  const places = shown(state);
  const count = { at: places.indexOf(state.at) + 1, all: places.length };
  find("count").textContent = fill(word(state.lang, "talk.count"), count);
  find("darkness").hidden = !state.dark || isPresenter;
  if (state.dark && !drawn?.dark && !isPresenter) find("darkness").focus();
  find("letters").checked = state.letters;
  view.draw(state, drawn, { since_ms, entered_ms });
  if (!isPresenter && (drawn?.lang !== state.lang || drawn.phones !== state.phones)) {
    handout(find("handout"), state, view);
  }
  drawn = state;
}

function speak() {
  say(state.lang);
  find("bar").setAttribute("aria-label", word(state.lang, "talk.controls"));
  for (const button of document.querySelectorAll("[data-do=language]")) button.lang = other(state.lang);
  query.set("lang", state.lang);
  history.replaceState(null, "", `?${query}${location.hash}`);
}

draw();
channel.postMessage({ asked: true });
if (!isPresenter) keep();

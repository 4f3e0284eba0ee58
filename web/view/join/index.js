// What does a phone in the room show? Eight ways to choose from, and then the panel of that one; and
// the question of the slide, while there is a vote on it.
//
// The panel comes from this page's own port, not from the one of the lab's panels: a phone is
// really far away, and what the room receives would crowd the picture of the wires.

import { chosen, mayPublish, pause_ms } from "../../model/shared/audience.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { hiddenKinds } from "../../model/shared/vote.js";
import { SLIDES } from "../../slides/index.js";
import { make } from "../shared/make.js";
import { voteView } from "./vote.js";
import { fill, language, other, say, setText, word } from "../shared/words.js";

const query = new URLSearchParams(location.search);
const find = (id) => document.getElementById(id);
const showVote = voteView();

let lang = language(query.get("lang"));
let lab; // how it stands; undefined until it is known, and where there is none
let reached = true;
let frame; // the panel that runs
let before; // what was chosen last

const links = TRANSPORTS.map(({ name }) => {
  const link = make("a", { href: `#${name}` }, make("strong", {}, name), make("span"));
  link.dataset.transport = name;
  link.lastChild.dataset.word = `does.${name}`;
  return link;
});
find("eight").append(...links.map((link) => make("li", {}, link)));

// A new frame each time: so the connections of the old one end, and going back in the history
// means this page.
function show() {
  const transport = chosen(location.hash);
  frame?.remove();
  frame = undefined;
  for (const id of ["lead", "choose"]) find(id).hidden = transport !== undefined;
  for (const id of ["back", "panel"]) find(id).hidden = transport === undefined;
  if (transport) {
    frame = make("iframe", { src: `panel.html?transport=${transport.name}` });
    find("panel").append(frame);
    find("back").focus();
  } else if (before) {
    links[TRANSPORTS.indexOf(before)].focus();
  }
  before = transport;
  speak();
}

function tell() {
  const interval = lab ? lab.interval_us / 1000 : undefined;
  const told = { lang, running: true, interval, mayPublish: mayPublish(lab), hide: hiddenKinds(SLIDES, lab) };
  frame?.contentWindow?.postMessage(told, location.origin);
}

function speak() {
  say(lang);
  const transport = chosen(location.hash);
  const title = word(lang, "join.title");
  document.title = transport ? `${transport.name} – ${title}` : title;
  document.body.classList.toggle("chosen", transport !== undefined);
  find("language").lang = other(lang);
  if (frame) frame.title = fill(word(lang, "join.panel"), { name: transport.name });
  showVote(lab, lang);
  sayLeave();
  tell();
}

function sayLeave() {
  const key = !reached ? "join.lost" : mayPublish(lab) ? "join.may" : "join.mayNot";
  setText(find("leave"), lab || !reached ? word(lang, key) : "");
}

function hear(newest) {
  lab = newest;
  reached = true;
  showVote(lab, lang);
  sayLeave();
  tell();
}

// How the lab stands, again and again; nothing of what passes on the wires.
function follow(tries = 0) {
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/lab/wire?only=state`);
  socket.onmessage = ({ data }) => {
    tries = 0;
    hear(JSON.parse(data).lab);
  };
  socket.onclose = () => {
    reached = false;
    sayLeave();
    setTimeout(follow, pause_ms(tries, Math.random()), tries + 1);
  };
}

addEventListener("message", ({ source, data }) => {
  if (frame && source === frame.contentWindow && data.ready) tell();
});

addEventListener("hashchange", show);

find("language").addEventListener("click", () => {
  lang = other(lang);
  query.set("lang", lang);
  history.replaceState(null, "", `?${query}${location.hash}`);
  speak();
});

show();
// Only now, when it has its words: nothing moves afterwards.
document.body.hidden = false;
const answer = await fetch("/lab", { cache: "no-store" }).catch(() => undefined);
if (answer?.ok) hear(await answer.json());
// Without a lab there is nothing to follow.
if (answer?.status !== 404) follow();

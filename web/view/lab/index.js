// What does the page do? It lines up the eight panels, speaks a language and, where the server has
// a lab, leads through scenes that show what passes on the wires.

import { fetchLab } from "../shared/lab.js";
import { panels } from "../shared/panels.js";
import { scenes } from "./scenes.js";
import { wires } from "./wires.js";
import { language, other, say, word } from "../shared/words.js";

const query = new URLSearchParams(location.search);
const find = (id) => document.getElementById(id);
let lang = language(query.get("lang"));

// Without an answer the page is shown as without a lab.
const lab = await fetchLab().catch(() => undefined);
const eight = panels(query, lab, { into: find("panels"), pause: find("pause") });
const picture = lab && wires(query, lab, eight);
const guide = lab && scenes(query, picture.enter);
find("nolab").hidden = lab !== undefined;
for (const id of ["lead", "connectionsNote"]) find(id).hidden = lab !== undefined;

function speak() {
  say(lang);
  document.title = word(lang, "title");
  find("language").lang = other(lang);
  for (const part of [eight, picture, guide]) part?.speak(lang);
}

find("language").addEventListener("click", () => {
  lang = other(lang);
  query.set("lang", lang);
  history.replaceState(null, "", `?${query}`);
  speak();
});

speak();
// Only now, when each part has its words: nothing moves afterwards.
document.body.hidden = false;
guide?.start();

// What does the page do? It lines up the eight panels, speaks a language and, where the server has
// a lab, shows what passes on their wires.

import { fetchLab } from "../shared/lab.js";
import { panels } from "../shared/panels.js";
import { wires } from "./wires.js";
import { language, other, say, word } from "../shared/words.js";

const query = new URLSearchParams(location.search);
const find = (id) => document.getElementById(id);
let lang = language(query.get("lang"));

const lab = await fetchLab();
const eight = panels(query, lab, { into: find("panels"), pause: find("pause") });
const parts = lab ? [eight, wires(query, lab, eight)] : [eight];
find("nolab").hidden = lab !== undefined;
find("connectionsNote").hidden = lab !== undefined;

function speak() {
  say(lang);
  document.title = word(lang, "title");
  find("language").lang = other(lang);
  for (const part of parts) part.speak(lang);
}

find("language").addEventListener("click", () => {
  lang = other(lang);
  query.set("lang", lang);
  history.replaceState(null, "", `?${query}`);
  speak();
});

speak();

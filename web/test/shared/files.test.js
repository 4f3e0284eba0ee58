// Does every page find the files that it loads, and is every file loaded by some page?

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import test from "node:test";

import { clientSource, TRANSPORTS } from "../../model/shared/transports.js";
import { references } from "../../model/talk/references.js";

const web = new URL("../../", import.meta.url);
const files = readdirSync(web, { recursive: true }).filter((name) => !/^(test|pictures)\b/.test(name));

// All files that a file loads, with those that these load.
function loaded(name, known = new Set()) {
  if (known.has(name)) return known;
  known.add(name);
  const file = new URL(name, web);
  assert.ok(existsSync(file), `there is no ${name}`);
  for (const path of references(readFileSync(file, "utf8"))) {
    loaded(new URL(path, file).href.slice(web.href.length), known);
  }
  return known;
}

test("a document, a style sheet and a module name what they load", () => {
  assert.deepEqual(references('<link href="a/b.css"><script src="../c.js"></script><a href="talk.html">'), [
    "a/b.css",
    "../c.js",
  ]);
  assert.deepEqual(references('@import url("lessons.css");'), ["lessons.css"]);
  assert.deepEqual(references('import en from "./en.js";\nimport {\n  a,\n  b,\n} from "../ab.js";'), ["./en.js", "../ab.js"]);
  assert.deepEqual(references('from "https://example.org/x.js"; import(`./${name}.js`)'), []);
});

test("each file that a page loads exists, and each module and style sheet is loaded by a page", () => {
  const clients = TRANSPORTS.map(({ name }) => clientSource(name).slice(1));
  const pages = files.filter((name) => name.endsWith(".html"));
  const known = new Set(["worker.js", "transports/interface.js"]);
  for (const root of [...pages, ...clients]) loaded(root, known);
  const code = files.filter((name) => /\.(js|css)$/.test(name));
  assert.deepEqual(code.filter((name) => !known.has(name)), []);
});

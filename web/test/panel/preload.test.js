// Does a panel ask for all of its modules at once? Over a long distance each further level of imports
// would take one more round trip.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";

import { references } from "../../model/talk/references.js";

const web = new URL("../../", import.meta.url);
const read = (name) => readFileSync(new URL(name, web), "utf8");

function imported(name, known = new Set()) {
  for (const path of references(read(name))) {
    const found = new URL(path, new URL(name, web)).href.slice(web.href.length);
    if (known.has(found)) continue;
    known.add(found);
    imported(found, known);
  }
  return known;
}

test("panel.html names each module that the panel imports, and the parts of every client", () => {
  const named = [...read("panel.html").matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, name]) => name);
  const parts = readdirSync(new URL("transports/parts/", web)).map((name) => `transports/parts/${name}`);
  assert.deepEqual(named.sort(), [...new Set([...imported("view/panel/index.js"), ...parts])].sort());
});

// Has every language the same words, and does every word that is asked for exist?

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { TRANSPORTS } from "../../model/shared/transports.js";
import en from "../../words/en.js";
import ko from "../../words/ko.js";

const web = new URL("../../", import.meta.url);

const read = (folder, ending) =>
  readdirSync(new URL(folder, web), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => [name, readFileSync(new URL(`${folder}/${name}`, web), "utf8")]);

const keys = (words, path = "") =>
  Object.entries(words).flatMap(([key, word]) =>
    typeof word === "object" ? keys(word, `${path}${key}.`) : `${path}${key}`,
  );

const known = new Set(keys(en));

test("both languages have the same keys", () => {
  assert.deepEqual(keys(ko).sort(), keys(en).sort());
});

test("no word is empty, and both leave room for the same values", () => {
  const find = (words, key) => key.split(".").reduce((group, part) => group[part], words);
  const places = (word) => (word.match(/\{\w+\}/g) ?? []).sort();
  for (const key of known) {
    assert.ok(find(en, key).trim() && find(ko, key).trim(), `${key} is empty`);
    assert.deepEqual(places(find(ko, key)), places(find(en, key)), key);
  }
});

test("every word that a document names exists, for every transport", () => {
  const documents = ["index.html", "panel.html", "join.html", "chat.html", "talk.html"];
  for (const [name, text] of read(".", ".html").filter(([name]) => documents.includes(name))) {
    const named = [...text.matchAll(/data-word="([^"]+)"/g)].map(([, key]) => key);
    assert.ok(named.length > 0, `${name} names no word`);
    for (const key of named) {
      for (const transport of TRANSPORTS) {
        const own = key.replace(/\{(\w+)\}/g, (_, part) => transport[part]);
        assert.ok(known.has(own), `${name}: no word ${own}`);
      }
    }
  }
});

// A key that is put together (`does.${name}`) can't be checked here.
test("every word that a view asks for by its key exists", () => {
  let checked = 0;
  for (const [name, text] of read("view", ".js")) {
    for (const [, asked] of text.matchAll(/\bword\(\s*\w+\s*(,[^()]*)\)/g)) {
      for (const [, key] of asked.matchAll(/[,?:]\s*"([\w.-]+)"/g)) {
        assert.ok(known.has(key), `${name}: no word ${key}`);
        checked += 1;
      }
    }
  }
  assert.ok(checked >= 3, "the pattern finds how words are asked for");
});

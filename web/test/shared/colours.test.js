// Has every colour one meaning, and can it be read?

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { LEDGER } from "../../model/wire/counters.js";
import { NAMES } from "../../model/shared/transports.js";

const css = readFileSync(new URL("../../view/shared/base.css", import.meta.url), "utf8");

// [light, dark]
function colour(name) {
  const found = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css);
  assert.ok(found, `there is no colour ${name}`);
  return found.slice(1);
}

// The contrast of WCAG 2.2.
function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test("no transport and no class of bytes shares a colour with another", () => {
  for (const theme of [0, 1]) {
    const all = [...NAMES, ...LEDGER.map((name) => `class-${name}`)].map((name) => colour(name)[theme]);
    assert.equal(new Set(all).size, all.length);
  }
});

test("text in the colour of a transport can be read on a card, and on paper", () => {
  for (const name of NAMES) {
    for (const theme of [0, 1]) {
      for (const ground of ["card", "paper"]) {
        const found = contrast(colour(name)[theme], colour(ground)[theme]);
        assert.ok(found >= 4.5, `${name} on ${ground}: ${found.toFixed(2)}`);
      }
    }
  }
});

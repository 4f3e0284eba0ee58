// Does the model of a panel tell gaps, repeats and notices? Do both languages have every word?

const { EMPTY, panel } = await import("/model/panel.js");
const { default: en } = await import("/words/en.js");
const { default: ko } = await import("/words/ko.js");

function same(what, found, expected) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a}, expected ${b}`);
}

function after(...messages) {
  const log = messages.map((value) => ({ kind: "message", value, at: 1_005 }));
  const { updates, gaps, repeats, missed, anew, after } = log.reduce(panel, EMPTY);
  return [updates, gaps, repeats, missed, anew, after];
}

const seq = (seq) => ({ seq, at_us: 1_000_900, data: { price: 1.5 } });

same("in order", after(seq(7), seq(8)), [2, 0, 0, 0, 0, 8]);
same("a gap", after(seq(7), seq(10)), [2, 2, 0, 0, 0, 10]);
same("a repeat", after(seq(7), seq(8), seq(7), seq(9)), [4, 0, 1, 0, 0, 9]);
same("told of what was missed", after(seq(7), { missed: 5 }, seq(13)), [2, 0, 0, 5, 0, 13]);
same("missed fewer than are absent", after(seq(7), { missed: 5 }, seq(14)), [2, 1, 0, 5, 0, 14]);
same("began anew", after(seq(7), { began_anew: true, missed: 2 }, seq(3)), [2, 0, 0, 2, 1, 3]);
same(
  "latency",
  panel(EMPTY, { kind: "message", value: seq(7), at: 1_005 }).latest,
  [{ seq: 7, data: 1.5, latency_ms: 5 }],
);

const keys = (words, path = "") =>
  Object.entries(words).flatMap(([key, word]) =>
    typeof word === "object" ? keys(word, `${path}${key}.`) : `${path}${key}`,
  );
same("the words of both languages", keys(ko).sort(), keys(en).sort());
return keys(en);

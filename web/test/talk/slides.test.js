// Can the talk be given: is each slide complete in both languages, does all that it names exist,
// and does each figure on it stand in the record?

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { TRANSPORTS } from "../../model/shared/transports.js";
import { SLIDES } from "../../slides/index.js";
import { RECORD, WIRES } from "../../slides/record.js";
import en from "../../words/slides/en.js";
import ko from "../../words/slides/ko.js";

const root = new URL("../../../", import.meta.url);
const record = new URL(`results/${RECORD}/`, root);
const languages = Object.entries({ en, ko });
const names = TRANSPORTS.map(({ name }) => name);

const IDS = [
  "title",
  "join",
  "page-refresh",
  "rich-pages",
  "hidden-frame",
  "polling",
  "long-polling",
  "forever-frame",
  "http-streaming",
  "sse",
  "websocket",
  "handshake",
  "frames",
  "api",
  "wss",
  "ports",
  "overhead",
  "figures",
  "when-not",
  "what-came-after",
  "free-play",
];

const leaves = (words, path = "") =>
  Object.entries(words).flatMap(([key, word]) =>
    typeof word === "object" ? leaves(word, `${path}${key}.`) : [[`${path}${key}`, word]],
  );
// What the audience sees of a slide, as one text.
const seen = ({ notes, ...words }) =>
  leaves(words)
    .map(([, word]) => word)
    .join("\n");
const places = (word) => (word.match(/\{\w+\}/g) ?? []).sort();
const numbers = (text) => [...new Set(text.match(/\d+(,\d{3})*(\.\d+)?/g) ?? [])].sort();
const UNIT = /\d\s?(ms|B|bytes?|bits?|bit\/s|times|%|바이트|비트|배)|\d:1/;

test("the slides are those of the talk, in numbered files without a gap", () => {
  assert.deepEqual(SLIDES.map(({ id }) => id), IDS);
  const files = readdirSync(new URL("web/slides/", root)).filter((name) => /^\d/.test(name));
  const numbered = IDS.map((id, at) => `${String(at + 1).padStart(2, "0")}-${id}.js`);
  assert.deepEqual(files.sort(), numbered);
});

test("both languages say the same things, with the same places and the same figures", () => {
  assert.deepEqual(leaves(ko).map(([key]) => key).sort(), leaves(en).map(([key]) => key).sort());
  const korean = new Map(leaves(ko));
  for (const [key, word] of leaves(en)) {
    assert.ok(word.trim() && korean.get(key).trim(), `${key} is empty`);
    assert.deepEqual(places(korean.get(key)), places(word), key);
  }
  for (const id of IDS) assert.deepEqual(numbers(seen(ko[id])), numbers(seen(en[id])), id);
});

test("each slide has its words, and none is too long for the back row", () => {
  const most = { en: { title: 40, lead: 120, point: 70 }, ko: { title: 26, lead: 60, point: 40 } };
  for (const [lang, words] of languages) {
    assert.deepEqual(Object.keys(words).filter((key) => !["sources", "units"].includes(key)), IDS);
    for (const id of IDS) {
      const { title, lead, points, notes } = words[id];
      assert.ok(title.length <= most[lang].title, `${lang} ${id}: title of ${title.length}`);
      assert.ok(lead.length <= most[lang].lead, `${lang} ${id}: lead of ${lead.length}`);
      assert.ok(points.length <= 4, `${lang} ${id}: ${points.length} points`);
      for (const point of points) {
        assert.ok(point.length <= most[lang].point, `${lang} ${id}: “${point}” has ${point.length}`);
      }
      const sentences = notes.split(/[.?!](?:\s|$)/).length - 1;
      assert.ok(sentences >= 3 && sentences <= 12, `${lang} ${id}: ${sentences} sentences of notes`);
    }
  }
});

test("a question has its options, and an answer that the engine can read", () => {
  const counted = ["overheadPerUpdate", "overheadPerExchange", "latency", "handshake", "frame", "updatesPerRequest"];
  for (const { id, question } of SLIDES) {
    for (const [lang, words] of languages) {
      const { question: asked, options = [], reveal } = words[id];
      assert.equal(options.length, question?.options ?? 0, `${lang} ${id}: options`);
      assert.equal(asked !== undefined, question !== undefined, `${lang} ${id}: question`);
      assert.equal(reveal?.includes("{answer}") ?? false, question !== undefined, `${lang} ${id}`);
      assert.equal(new Set(options).size, options.length, `${lang} ${id}: options differ`);
    }
    if (question === undefined) continue;
    assert.ok(question.options >= 2, `${id}: something to choose from`);
    const { of, transport, value, unit } = question.answer;
    if (of === "record") {
      assert.ok(Number(value) > 0, `${id}: a number`);
      assert.match(en.units[unit] ?? "", /\{n\}/, `${id}: unit ${unit}`);
    } else {
      assert.ok(counted.includes(of), `${id}: ${of}`);
      assert.ok(names.includes(transport), `${id}: ${transport}`);
    }
  }
});

test("each figure has a source, and each source its words", () => {
  for (const { id, sources } of SLIDES) {
    for (const source of sources) assert.ok(en.sources[source], `${id}: no source ${source}`);
    for (const [lang, words] of languages) {
      if (!UNIT.test(seen(words[id])) && !UNIT.test(words[id].notes)) continue;
      const written = sources.filter((source) => source !== "live");
      assert.ok(written.length > 0, `${lang} ${id}: figures without a source`);
    }
  }
  const used = new Set(SLIDES.flatMap(({ sources }) => sources));
  for (const source of Object.keys(en.sources)) assert.ok(used.has(source), `${source} is not used`);
});

test("what a piece shows exists", () => {
  const kinds = "none join panel rows handshake frame record console chart proxy lab redraw overhead".split(" ");
  const actions = ["test", "open", "onmessage", "send", "close"];
  for (const { id, piece } of SLIDES) {
    assert.ok(kinds.includes(piece.kind), `${id}: ${piece.kind}`);
    if (piece.kind === "panel") assert.ok(names.includes(piece.transport), id);
    if (piece.kind === "rows") {
      assert.ok(piece.transports.length >= 1 && piece.transports.length <= 3, id);
      for (const transport of piece.transports) assert.ok(names.includes(transport), id);
    }
    for (const ending of piece.chart ? [".svg", ".ko.svg", "-question.svg", "-question.ko.svg"] : []) {
      const file = new URL(`results/${piece.record ?? RECORD}/charts/${piece.chart}${ending}`, root);
      assert.ok(existsSync(file), `${id}: the record has no ${piece.chart}${ending}`);
    }
    if (piece.kind !== "console") continue;
    assert.deepEqual(piece.steps.map(({ action }) => action), actions);
    for (const { shows } of piece.steps) assert.ok(en[id].shows[shows], `${id}: no word ${shows}`);
  }
});

test("the records are those that the sources and the READMEs name", () => {
  for (const name of ["README.md", "README.ko.md"]) {
    const readme = readFileSync(new URL(name, root), "utf8");
    for (const record of [RECORD, WIRES]) assert.ok(readme.includes(`results/${record}/`), name);
  }
  for (const [lang, { sources }] of languages) {
    for (const [key, text] of leaves(sources)) {
      const [named] = text.match(/\d{4}-\d\d-\d\d(-\d\d)?/) ?? [];
      if (named) assert.equal(named, key === "record_wires" ? WIRES : RECORD, `${lang} ${key}`);
    }
  }
});

test("the figures of the record are what it measured", () => {
  const rows = [RECORD, WIRES].flatMap((record) =>
    readFileSync(new URL(`results/${record}/measurements.jsonl`, root), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  );
  // The median of the repeats.
  const figure = (scenario, transport, of) => {
    const good = rows.filter((row) => row.scenario === scenario && row.transport === transport && !row.error);
    const values = good.map(of).sort((a, b) => a - b);
    assert.ok(values.length > 0, `${scenario} ${transport}`);
    const [low, high] = [(values.length - 1) >> 1, values.length >> 1].map((at) => values[at]);
    return (low + high) / 2;
  };
  const overhead = ({ bytes_per_update: { total, payload } }) => total - payload;
  const whole = ({ bytes_per_update: { total } }) => total;
  // The article's response head, by claims.md, in the place of ours.
  const of2009 = ({ bytes_per_update: { total, response_head } }) => total - response_head + 193;
  const aboveTcp = ({ bytes_per_update: { total, payload, tcp_ip } }) => total - payload - tcp_ip;
  const mean_ms = ({ latency_us }) => latency_us.mean / 1_000;
  const requestHead = ({ bytes_per_update }) => bytes_per_update.request_head;
  const setup = ({ bytes_total, clients }) => bytes_total.setup / clients;
  const shown = [
    ["page-refresh", "959", figure("clients-1000", "page-refresh", aboveTcp), 0],
    ["hidden-frame", "898", figure("clients-1000", "hidden-frame", aboveTcp), 0],
    ["polling", "583", figure("rtt-200ms", "polling", mean_ms), 0],
    ["forever-frame", "40", figure("steady", "forever-frame", aboveTcp), 0],
    ["http-streaming", "7", figure("steady", "http-streaming", aboveTcp), 0],
    ["websocket", "101", figure("rtt-200ms", "long-polling", mean_ms), 0],
    ["websocket", "101", figure("rtt-200ms", "websocket", mean_ms), 0],
    ["websocket", "2", figure("steady", "websocket", aboveTcp), 0],
    ["handshake", "672", figure("steady", "websocket", setup), 0],
    ["when-not", "124.9", figure("steady", "sse", overhead), 1],
    ["when-not", "106.0", figure("steady", "websocket", overhead), 1],
    ["when-not", "842.8", figure("steady", "long-polling", overhead), 1],
    ["when-not", "0.5", figure("steady", "polling", mean_ms) / 1_000, 1],
    ["what-came-after", "555", figure("100-bytes-http1", "long-polling", requestHead), 0],
    ["what-came-after", "39", figure("100-bytes-http2-tls", "long-polling", requestHead), 0],
    ["what-came-after", "847", figure("100-bytes-http1", "long-polling", overhead), 0],
    ["what-came-after", "106", figure("100-bytes-http1", "websocket", overhead), 0],
    ["what-came-after", "300", figure("100-bytes-http2-tls", "long-polling", overhead), 0],
    ["what-came-after", "128", figure("100-bytes-http1-tls", "websocket", overhead), 0],
    ["figures", "5.7", figure("case-a-2009", "polling", of2009) / figure("case-a-2009", "websocket", whole), 1],
  ];
  for (const [id, number, measured, digits] of shown) {
    assert.ok(numbers(seen(en[id])).includes(number), `${id} shows ${number}`);
    assert.equal(measured.toFixed(digits), number, id);
  }
  const answer = (id) => SLIDES.find((slide) => slide.id === id).question.answer.value;
  const ratio = figure("steady", "sse", overhead) / figure("steady", "websocket", overhead);
  assert.equal(answer("when-not"), ratio.toFixed(1));
  const [long_poll, websocket] = [
    figure("100-bytes-http2-tls", "long-polling", overhead),
    figure("100-bytes-http1-tls", "websocket", overhead),
  ];
  assert.equal(answer("what-came-after"), (long_poll / websocket).toFixed(1));
  const [then_long_poll, then_websocket] = ["long-polling", "websocket"].map((transport) =>
    figure("100-bytes-http1", transport, overhead),
  );
  assert.ok(seen(en["what-came-after"]).includes(`${(then_long_poll / then_websocket).toFixed(1)} times`));
  const rare = figure("rate-0-2", "polling", overhead) / figure("rate-0-2", "websocket", overhead);
  assert.ok(languages.every(([, words]) => words["when-not"].notes.includes(rare.toFixed(1))), `${rare}`);
  const polling = figure("steady", "polling", overhead) / figure("steady", "websocket", overhead);
  assert.ok(languages.every(([, words]) => words["when-not"].notes.includes(polling.toFixed(1))), `${polling}`);
  const claims = readFileSync(new URL("claims.txt", record), "utf8");
  const claimed = [...numbers(seen(en.figures)), answer("figures")];
  for (const number of ["871", "909", "454.5", "1.97", "10.83", "8.55", "8.57"]) {
    assert.ok(claimed.includes(number) && claims.includes(number), number);
  }
  assert.ok(claims.includes("2.03") && seen(en.websocket).includes("2.03"));
});

// Does a reader see every byte that passed, once, and named for what it is?

import assert from "node:assert/strict";
import test from "node:test";

import { byClass, dissect, foldRuns, header } from "../../model/wire/dissect.js";

const UPDATE = '{"seq":42,"at_us":1763890000073000,"data":{"price":500.32,"pad":"...."}}';

const part = (name, content) => {
  const bytes = Buffer.from(content);
  return { class: name, length: bytes.length, bytes: bytes.toString("base64") };
};
const hex = (text) => Buffer.from(text.replaceAll(" ", ""), "hex");
const passage = (transport, direction, ...parts) => ({ transport, direction, parts });
const down = (transport, ...parts) => dissect(passage(transport, "down", ...parts));
const up = (transport, ...parts) => dissect(passage(transport, "up", ...parts));
const brief = (items) => items.map(({ kind, length, text, hex }) => [kind, length, text ?? hex]);

test("a request head, line by line", () => {
  const items = up(
    "polling",
    part("request_head", "GET /polling?after=41 HTTP/1.1\r\nHost: 127.0.0.1:9601\r\nAccept:*/*\r\n\r\n"),
  );
  assert.deepEqual(items, [
    {
      part: 0,
      class: "request_head",
      kind: "request-line",
      length: 32,
      text: "GET /polling?after=41 HTTP/1.1\r\n",
      method: "GET",
      target: "/polling?after=41",
      version: "HTTP/1.1",
    },
    {
      part: 0,
      class: "request_head",
      kind: "header",
      length: 22,
      text: "Host: 127.0.0.1:9601\r\n",
      name: "Host",
      value: "127.0.0.1:9601",
    },
    {
      part: 0,
      class: "request_head",
      kind: "header",
      length: 12,
      text: "Accept:*/*\r\n",
      name: "Accept",
      value: "*/*",
    },
    { part: 0, class: "request_head", kind: "head-end", length: 2, text: "\r\n" },
  ]);
});

test("a response: status line, JSON array, updates", () => {
  const items = down(
    "long-polling",
    part("response_head", "HTTP/1.1 200 OK\r\ncontent-length: 147\r\n\r\n"),
    part("format", "["),
    part("payload", UPDATE),
    part("format", ","),
    part("payload", UPDATE),
    part("format", "]"),
  );
  const { status, reason, version } = items[0];
  assert.deepEqual([status, reason, version], ["200", "OK", "HTTP/1.1"]);
  assert.deepEqual(brief(items).slice(3), [
    ["array", 1, "["],
    ["update", 72, UPDATE],
    ["array", 1, ","],
    ["update", 72, UPDATE],
    ["array", 1, "]"],
  ]);
  assert.deepEqual([items[4].seq, items[4].at_us], [42, 1763890000073000]);
  assert.equal(header(items, "content-length"), "147");
});

test("chunks of an event stream: sizes, fields, the empty line that ends an event", () => {
  const items = down(
    "sse",
    part("chunk", "D\r\n"),
    part("format", "retry: 1000\n\n"),
    part("chunk", "\r\n56\r\n"),
    part("format", "id: 42\ndata: "),
    part("payload", UPDATE),
    part("format", "\n\n"),
    part("chunk", "\r\n3\r\n"),
    part("idle", ":\n\n"),
    part("chunk", "\r\n0\r\n\r\n"),
  );
  assert.deepEqual(brief(items), [
    ["chunk-size", 3, "D\r\n"],
    ["event-field", 12, "retry: 1000\n"],
    ["blank-line", 1, "\n"],
    ["chunk-end", 2, "\r\n"],
    ["chunk-size", 4, "56\r\n"],
    ["event-field", 7, "id: 42\n"],
    ["event-field", 6, "data: "],
    ["update", 72, UPDATE],
    ["line-end", 1, "\n"],
    ["blank-line", 1, "\n"],
    ["chunk-end", 2, "\r\n"],
    ["chunk-size", 3, "3\r\n"],
    ["comment", 2, ":\n"],
    ["blank-line", 1, "\n"],
    ["chunk-end", 2, "\r\n"],
    ["chunk-size", 3, "0\r\n"],
    ["chunk-end", 2, "\r\n"],
  ]);
  assert.deepEqual(
    items.filter(({ kind }) => kind === "chunk-size").map(({ bytes }) => bytes),
    [13, 86, 3, 0],
  );
  assert.deepEqual([items[5].name, items[5].value], ["id", "42"]);
});

test("script tags, the page, JSON lines and notices", () => {
  const kinds = (items) => items.map(({ kind, length }) => `${kind} ${length}`);
  const script = down(
    "forever-frame",
    part("format", "<!doctype html><title>updates</title>\n<script>parent.receive("),
    part("payload", UPDATE),
    part("format", ")</script>\n"),
    part("idle", "\n"),
  );
  assert.deepEqual(kinds(script), ["html 38", "script 23", "update 72", "script 11", "blank-line 1"]);
  const page = down(
    "page-refresh",
    part("format", "<!doctype html>\n<ol>\n<li>"),
    part("payload", UPDATE),
    part("format", "</li>\n</ol>\n"),
  );
  assert.deepEqual(kinds(page), ["html 16", "html 5", "html 4", "update 72", "html 6", "html 6"]);
  const lines = down(
    "http-streaming",
    part("format", '{"missed":5}\n'),
    part("payload", UPDATE),
    part("format", "\n"),
  );
  assert.deepEqual(kinds(lines), ["notice 13", "update 72", "line-end 1"]);
  assert.deepEqual(kinds(down("http-streaming", part("idle", "\n"))), ["blank-line 1"]);
  for (const name of ["started_over", "began_anew"]) {
    const notice = `{"${name}":true,"missed":5}\n`;
    assert.deepEqual(kinds(down("http-streaming", part("format", notice))), [`notice ${notice.length}`]);
  }
  const answer = down("polling", part("format", '{"seq":12}'));
  assert.deepEqual(kinds(answer), ["json 10"]);
  const posted = up("sse", part("request_head", "POST /updates HTTP/1.1\r\n\r\n"), part("payload", "hi"));
  assert.deepEqual(kinds(posted), ["request-line 24", "head-end 2", "published 2"]);
});

test("frames of the server: the head's bits, then the update, frame after frame", () => {
  const items = down(
    "websocket",
    part("websocket_frame", hex("81 48")),
    part("payload", UPDATE),
    part("websocket_frame", hex("81 0c")),
    part("format", '{"missed":5}'),
    part("idle", hex("89 00")),
    part("websocket_frame", Buffer.concat([hex("88 11 03 e9"), Buffer.from("the server stop")])),
  );
  assert.deepEqual(brief(items), [
    ["frame", 2, "81 48"],
    ["update", 72, UPDATE],
    ["frame", 2, "81 0c"],
    ["notice", 12, '{"missed":5}'],
    ["frame", 2, "89 00"],
    ["frame", 2, "88 11"],
    ["close", 2, "03 e9"],
    ["close-reason", 15, "the server stop"],
  ]);
  assert.equal(items[6].code, 1001);
  assert.deepEqual(items[0].fields.at(-1), { name: "length", bits: "1001000", value: "72" });
});

test("frames of the client: masked on the wire, and what is under the mask", () => {
  const items = up(
    "websocket",
    part("websocket_frame", hex("81 85 37 fa 21 3d")),
    part("payload", hex("7f 9f 4d 51 58")),
    part("idle", hex("8a 82 37 fa 21 3d 5f 93")),
    part("websocket_frame", hex("88 82 01 02 03 04 02 eb")),
  );
  assert.deepEqual(brief(items.filter(({ kind }) => kind === "frame")), [
    ["frame", 6, "81 85 37 fa 21 3d"],
    ["frame", 6, "8a 82 37 fa 21 3d"],
    ["frame", 6, "88 82 01 02 03 04"],
  ]);
  const { kind, text, hex: wire, mask, class: name } = items[1];
  assert.deepEqual(
    [kind, text, wire, mask, name],
    ["published", "Hello", "7f 9f 4d 51 58", "37 fa 21 3d", "payload"],
  );
  assert.deepEqual([items[3].text, items[5].code, items[5].hex], ["hi", 1001, "02 eb"]);
  // Without the frame's head, which passed before, nobody knows the key.
  const rest = { ...passage("websocket", "up", part("payload", "abc")), kind: "frame" };
  assert.deepEqual(brief(dissect(rest)), [["masked", 3, "61 62 63"]]);
});

test("the mask goes on where a part of the payload ends", () => {
  const items = up(
    "websocket",
    part("websocket_frame", hex("81 85 37 fa 21 3d")),
    part("payload", hex("7f 9f 4d")),
    part("payload", hex("51 58")),
  );
  assert.deepEqual(items.slice(1).map(({ text }) => text), ["Hel", "lo"]);
});

test("of a long part the rest is counted, and a character is not cut in two", () => {
  const whole = Buffer.from(`{"seq":1,"at_us":2,"data":"${"한".repeat(2000)}"}`);
  const long = { ...part("payload", whole.subarray(0, 4096)), length: whole.length };
  const items = down("polling", long);
  assert.equal(whole.length, 6029);
  assert.deepEqual(
    items.map(({ kind, length }) => [kind, length]),
    [["update", 4095], ["bytes", 1], ["not-shown", 1933]],
  );
  assert.equal(items[0].text.at(-1), "한");
  assert.equal(items[1].hex, "ed");
  const later = down("polling", part("payload", whole.subarray(0, 4097)));
  assert.deepEqual(later.map(({ kind, length }) => [kind, length]), [["update", 4095], ["bytes", 2]]);
  const rest = down("polling", part("payload", whole.subarray(4096)));
  assert.deepEqual(rest.map(({ kind, length }) => [kind, length]), [["bytes", 2], ["update", 1931]]);
});

test("what is no text shows as hex, a line that has not come whole as it is", () => {
  assert.deepEqual(brief(down("polling", part("payload", hex("ff fe 00 41")))), [
    ["bytes", 4, "ff fe 00 41"],
  ]);
  assert.deepEqual(brief(up("polling", part("request_head", "Acce"))), [["text", 4, "Acce"]]);
  assert.deepEqual(brief(down("sse", part("chunk", "6"))), [["text", 1, "6"]]);
  const bom = down("polling", part("payload", hex("ef bb bf 41")));
  assert.equal(bom[0].text, "\ufeffA");
});

test("whatever the bytes are, each is in exactly one item", () => {
  let state = 7;
  const next = (below) => (state = (state * 48271) % 2147483647) % below;
  const classes = "payload format request_head response_head chunk websocket_frame idle setup new";
  const taste = [0x0a, 0x0d, 0x3a, 0x20, 0x81, 0x88, 0xfe, 0xff, 0xed, 0x95, 0x9c, 0x30, 0x7b, 0x5b];
  for (let nth = 0; nth < 4000; nth += 1) {
    const parts = Array.from({ length: next(5) }, () => {
      const bytes = Buffer.from(
        Array.from({ length: next(24) }, () => (next(2) ? next(256) : taste[next(taste.length)])),
      );
      const made = part(classes.split(" ")[next(9)], bytes);
      return next(8) ? made : { ...made, length: made.length + next(100) };
    });
    const subject = passage(next(2) ? "websocket" : "sse", next(2) ? "up" : "down", ...parts);
    const items = dissect({ ...subject, kind: next(2) ? "frame" : "chunk" });
    parts.forEach(({ length, class: name }, at) => {
      const own = items.filter((item) => item.part === at);
      assert.ok(own.every((item) => item.class === name && item.length > 0));
      assert.equal(own.reduce((sum, item) => sum + item.length, 0), length, JSON.stringify(subject));
      // And the bytes themselves: none changed, none left out.
      const sent = Buffer.from(parts[at].bytes, "base64");
      const shown = own.filter(({ kind }) => kind !== "not-shown").map((item) =>
        item.hex === undefined ? Buffer.from(item.text) : hex(item.hex),
      );
      assert.deepEqual(Buffer.concat(shown), sent, JSON.stringify(subject));
    });
  }
  const broken = { class: "format", length: 9, bytes: "no base64!" };
  assert.deepEqual(down("sse", broken), [{ part: 0, class: "format", kind: "not-shown", length: 9 }]);
});

test("bytes by class", () => {
  const parts = [part("chunk", "4\r\n"), part("format", "["), part("chunk", "\r\n")];
  assert.deepEqual(byClass({ parts }), [
    { class: "chunk", length: 5 },
    { class: "format", length: 1 },
  ]);
});

test("padding folds, and nothing is lost by it", () => {
  const text = `{"pad":"${".".repeat(33)}"}\n한글`;
  assert.deepEqual(foldRuns(text), [
    { text: '{"pad":"' },
    { text: ".", times: 33 },
    { text: '"}\n한글' },
  ]);
  assert.deepEqual(foldRuns("...."), [{ text: "...." }]);
  assert.deepEqual(foldRuns(""), []);
});

test("what TLS adds, around a frame and in a record of its own", () => {
  const items = down(
    "websocket",
    part("tls", hex("17 03 03 00 1c")),
    part("websocket_frame", hex("81 02")),
    part("payload", "{}"),
    part("tls", Buffer.alloc(17, 7)),
  );
  assert.deepEqual(
    items.map(({ kind, length }) => [kind, length]),
    [["tls-header", 5], ["frame", 2], ["update", 2], ["tls-trailer", 17]],
  );
  assert.equal(items[0].hex, "17 03 03 00 1c");
  const [hello] = up("websocket", part("setup", hex("16 03 01 00 01 0d")));
  assert.deepEqual([hello.kind, hello.length, hello.hex], ["tls-record", 6, "16 03 01 00 01 0d"]);
});

test("over TLS a heartbeat is one, too", () => {
  const items = down("sse", part("tls", hex("17 03 03 00 12")), part("idle", "\n"), part("tls", Buffer.alloc(17)));
  assert.equal(items[1].kind, "blank-line");
});

export default {
  id: "overhead",
  // claims.md, section 2: what the article's own text has, without line breaks.
  piece: { kind: "overhead", poll: { request_head: 692, response_head: 179 }, message: { websocket_frame: 2 } },
  // IPv4 has 20 bytes, TCP with timestamps 32.
  question: {
    options: 3,
    correct: 1,
    answer: { of: "record", value: "52", unit: "bytes" },
    hides: { sources: ["packets"], kinds: ["tcp_ip"] },
  },
  sources: ["founding", "packets"],
};

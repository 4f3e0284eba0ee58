export default {
  id: "handshake",
  piece: { kind: "handshake" },
  // measurements.jsonl, scenario steady, websocket: bytes_total.setup is 134,400 for 200 clients.
  question: { options: 3, answer: { of: "record", value: "672", unit: "bytes" } },
  sources: ["d2", "rfc6455", "record_heads", "live"],
};

export default {
  id: "handshake",
  piece: { kind: "handshake" },
  question: {
    options: 3,
    correct: 1,
    answer: { of: "handshake", transport: "websocket" },
    hides: { kinds: ["bytes"] },
  },
  sources: ["d2", "rfc6455", "record_heads", "live"],
};

export default {
  id: "handshake",
  piece: { kind: "handshake" },
  question: { options: 3, answer: { of: "handshake", transport: "websocket" } },
  sources: ["d2", "rfc6455", "record_heads", "live"],
};

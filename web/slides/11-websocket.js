export default {
  id: "websocket",
  piece: { kind: "rows", transports: ["long-polling", "websocket"], rtt_us: 200_000, rate_per_s: 1, says: true },
  question: {
    options: 3,
    correct: 2,
    answer: { of: "frame", transport: "websocket" },
    hides: { points: [1, 3], kinds: ["bytes", "latency"] },
  },
  sources: ["rfc6455", "record_heads", "record_rtt", "claims", "live"],
};

export default {
  id: "hidden-frame",
  piece: { kind: "panel", transport: "hidden-frame", rtt_us: 200_000, rate_per_s: 1 },
  question: {
    options: 3,
    correct: 0,
    answer: { of: "overheadPerExchange", transport: "hidden-frame" },
    hides: { points: [1], kinds: ["bytes"] },
  },
  sources: ["d2", "record_clients", "live"],
};

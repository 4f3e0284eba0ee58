export default {
  id: "page-refresh",
  piece: { kind: "panel", transport: "page-refresh", rtt_us: 200_000, rate_per_s: 1 },
  question: {
    options: 3,
    correct: 2,
    answer: { of: "overheadPerExchange", transport: "page-refresh" },
    hides: { points: [1], kinds: ["bytes"] },
  },
  sources: ["d2", "record_clients", "live"],
};

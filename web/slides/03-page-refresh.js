export default {
  id: "page-refresh",
  piece: { kind: "panel", transport: "page-refresh", rtt_us: 200_000, rate_per_s: 0.7 },
  question: {
    options: 3,
    correct: 2,
    answer: { of: "overheadPerUpdate", transport: "page-refresh" },
    hides: { points: [1], kinds: ["bytes"] },
  },
  sources: ["d2", "record_clients", "live"],
};

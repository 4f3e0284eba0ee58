export default {
  id: "forever-frame",
  piece: { kind: "rows", transports: ["forever-frame"], rtt_us: 200_000, rate_per_s: 1 },
  question: {
    options: 3,
    correct: 2,
    answer: { of: "updatesPerRequest", transport: "forever-frame" },
    hides: { points: [0] },
  },
  sources: ["d2", "rfc6202_stream", "record_heads", "live"],
};

export default {
  id: "http-streaming",
  piece: { kind: "rows", transports: ["http-streaming"], rtt_us: 200_000, rate_per_s: 1 },
  question: {
    options: 3,
    correct: 0,
    answer: { of: "overheadPerUpdate", transport: "http-streaming" },
    hides: { points: [1], kinds: ["bytes"] },
  },
  sources: ["rfc6202_stream", "record_heads", "live"],
};

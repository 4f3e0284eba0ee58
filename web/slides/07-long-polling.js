export default {
  id: "long-polling",
  piece: { kind: "rows", transports: ["long-polling"], rtt_us: 200_000, rate_per_s: 1 },
  question: {
    options: 3,
    correct: 0,
    answer: { of: "latency", transport: "long-polling" },
    hides: { kinds: ["latency"] },
  },
  sources: ["rfc6202_long", "record_rtt", "live"],
};

export default {
  id: "polling",
  // No multiple of the polls: the wait is another one each time, and some answers are empty.
  piece: { kind: "rows", transports: ["polling"], rtt_us: 200_000, rate_per_s: 0.45, recording: "polling" },
  question: {
    options: 3,
    correct: 2,
    answer: { of: "latency", transport: "polling" },
    hides: { points: [2], sources: ["theory", "record_rtt"], kinds: ["latency"] },
  },
  sources: ["theory", "record_rtt", "live"],
};

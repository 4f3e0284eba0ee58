export default {
  id: "polling",
  piece: { kind: "rows", transports: ["polling"], rtt_us: 200_000, rate_per_s: 1 },
  question: { options: 3, answer: { of: "latency", transport: "polling" } },
  sources: ["theory", "record_rtt", "live"],
};

export default {
  id: "sse",
  piece: { kind: "rows", transports: ["sse"], rtt_us: 200_000, rate_per_s: 1 },
  question: {
    options: 3,
    correct: 1,
    answer: { of: "overheadPerUpdate", transport: "sse" },
    hides: { points: [1], kinds: ["bytes"] },
  },
  sources: ["html_sse", "live"],
};

export default {
  id: "sse",
  piece: { kind: "rows", transports: ["sse"], rtt_us: 200_000, rate_per_s: 1 },
  question: { options: 3, answer: { of: "overheadPerUpdate", transport: "sse" } },
  sources: ["html_sse", "record_heads", "live"],
};

export default {
  id: "websocket",
  piece: { kind: "rows", transports: ["long-polling", "websocket"], rtt_us: 200_000, rate_per_s: 1 },
  question: { options: 3, answer: { of: "overheadPerUpdate", transport: "websocket" } },
  sources: ["rfc6455", "record_heads", "record_rtt", "claims", "live"],
};

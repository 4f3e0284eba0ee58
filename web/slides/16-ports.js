export default {
  id: "ports",
  piece: { kind: "proxy", rtt_us: 200_000, rate_per_s: 1 },
  // No figure of the record: it is what the proxy of this slide shows (server/src/lab/proxy/mod.rs).
  question: {
    options: 3,
    correct: 2,
    answer: { of: "record", value: "7", unit: "transports" },
    hides: { kinds: ["proxy"] },
  },
  sources: ["d2", "rfc6202_stream", "rfc9110", "live"],
};

export default {
  id: "title",
  piece: { kind: "rows", transports: ["long-polling", "websocket"], rtt_us: 200_000, rate_per_s: 1, audience_may_publish: false, hides: ["bytes", "latency", "requests"] },
  sources: ["d2", "live"],
};

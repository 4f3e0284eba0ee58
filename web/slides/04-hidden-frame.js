export default {
  id: "hidden-frame",
  piece: { kind: "panel", transport: "hidden-frame", rtt_us: 200_000, rate_per_s: 1 },
  question: { options: 3, answer: { of: "overheadPerUpdate", transport: "hidden-frame" } },
  sources: ["d2", "record_clients", "live"],
};

export default {
  id: "free-play",
  piece: { kind: "lab", rtt_us: 200_000, rate_per_s: 1 },
  sources: ["live"],
};

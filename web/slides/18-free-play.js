export default {
  id: "free-play",
  piece: { kind: "lab" },
  sources: ["live"],
};

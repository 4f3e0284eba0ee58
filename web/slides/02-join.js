export default {
  id: "join",
  piece: { kind: "join" },
  sources: ["live"],
};

export default {
  id: "join",
  needs: "phones",
  piece: { kind: "join" },
  sources: ["live"],
};

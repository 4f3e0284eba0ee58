export default {
  id: "wss",
  piece: { kind: "frame" },
  sources: ["d2", "rfc6455", "mixed_content", "live", "record_all"],
};

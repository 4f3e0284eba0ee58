export default {
  id: "wss",
  piece: { kind: "frame" },
  sources: ["d2", "rfc6455", "live", "record_all"],
};

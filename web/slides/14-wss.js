export default {
  id: "wss",
  piece: { kind: "frame" },
  sources: ["d2", "live", "record_all"],
};

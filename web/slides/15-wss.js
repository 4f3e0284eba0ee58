export default {
  id: "wss",
  // Live where the page came over https; else one that was recorded, and the piece says so.
  piece: { kind: "record" },
  sources: ["d2", "rfc6455", "rfc8446", "mixed_content", "record_all"],
};

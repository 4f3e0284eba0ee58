export default {
  id: "frames",
  piece: { kind: "frame" },
  // claims.md, section 5 (RFC 6455, section 5.2): 2 bytes, and 4 of mask from client to server.
  question: {
    options: 3,
    correct: 1,
    answer: { of: "record", value: "6", unit: "bytes" },
    hides: { points: [3] },
  },
  sources: ["rfc6455", "live"],
};

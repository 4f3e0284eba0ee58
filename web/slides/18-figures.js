export default {
  id: "figures",
  piece: { kind: "chart", chart: "slide-figures" },
  // claims.txt: bytes with TCP/IP, poll : message, computed 8.55, measured 8.57.
  question: {
    options: 3,
    correct: 2,
    answer: { of: "record", value: "8.57", unit: "times" },
    hides: { kinds: ["chart"] },
  },
  sources: ["founding", "record_claims"],
};

export default {
  id: "when-not",
  piece: { kind: "chart", chart: "slide-when-not" },
  // measurements.jsonl, scenario steady: overhead with TCP/IP, sse 124.9 : websocket 106.0 bytes.
  question: {
    options: 3,
    correct: 0,
    answer: { of: "record", value: "1.2", unit: "times" },
    hides: { kinds: ["chart"] },
  },
  sources: ["record_steady", "record_rare", "html_sse"],
};

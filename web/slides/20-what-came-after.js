import { WIRES } from "./record.js";

export default {
  id: "what-came-after",
  piece: { kind: "chart", record: WIRES, chart: "slide-what-came-after" },
  // measurements.jsonl: overhead with TCP/IP, long polling over HTTP/2 + TLS : websocket over TLS.
  question: {
    options: 3,
    correct: 1,
    answer: { of: "record", value: "2.3", unit: "times" },
    hides: { kinds: ["chart"] },
  },
  sources: ["record_wires", "rfc7541", "rfc8441", "webtransport"],
};

import { WIRES } from "./record.js";

export default {
  id: "what-came-after",
  piece: { kind: "chart", record: WIRES, charts: ["wires-100-bytes"] },
  // measurements.jsonl: overhead with TCP/IP, long polling over HTTP/2 + TLS : websocket over TLS.
  question: { options: 3, answer: { of: "record", value: "2.3", unit: "times" } },
  sources: ["record_wires", "rfc7541", "rfc8441", "webtransport"],
};

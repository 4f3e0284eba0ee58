export default {
  id: "figures",
  piece: { kind: "chart", charts: ["use-cases-log-case-a"] },
  // claims.txt: bytes with TCP/IP, poll : message, computed 8.55, measured 8.57.
  question: { options: 3, answer: { of: "record", value: "8.57", unit: "times" } },
  sources: ["founding", "record_claims"],
};

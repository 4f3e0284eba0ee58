export default {
  id: "rich-pages",
  piece: { kind: "redraw", rate_per_s: 0.4 },
  sources: ["d2", "ria", "ajax", "live"],
};

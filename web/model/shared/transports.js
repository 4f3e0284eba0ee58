// Which transports are there, in the order of every table, and what is each made of?
//
// `when` the response ends × `how` an update is written (keys of the words files), and which
// bytes a page can count: whole bodies, or only the text that the browser hands over.

export const TRANSPORTS = [
  { name: "page-refresh", when: "now", how: "page", counts: "bodies" },
  { name: "polling", when: "now", how: "json", counts: "bodies" },
  { name: "hidden-frame", when: "now", how: "tags", counts: "bodies" },
  { name: "long-polling", when: "next", how: "json", counts: "bodies" },
  { name: "forever-frame", when: "never", how: "tags", counts: "tags" },
  { name: "http-streaming", when: "never", how: "lines", counts: "bodies" },
  { name: "sse", when: "never", how: "events", counts: "events" },
  { name: "websocket", when: "upgraded", how: "frames", counts: "frames" },
];

export const NAMES = TRANSPORTS.map(({ name }) => name);

// The file in the server that answers this transport.
export const serverSource = (name) => `/source/transport/${name.replaceAll("-", "_")}.rs`;
export const clientSource = (name) => `/transports/${name}.js`;

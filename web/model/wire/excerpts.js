// Which lines of a client show how its transport works, and in which step is each of them running?
// The lines are taken from the client's own file, so that an excerpt can't differ from the code.

export const MOST_LINES = 10;

// For each transport whose client is shown, in the order of its file: how a line begins, and the steps
// (running-line.js) in which it is the one that runs. A line that opens a block brings the line that
// closes it.
const LINES = {
  "long-polling": [
    ["async function ask() {"],
    ["const answer = await fetch(", "ask", "wait"],
    ["const text = ", "receive"],
    ["for (const message of"],
    ["after = follow("],
    ['on("message"', "update"],
    ["while (", "pause", "cut"],
  ],
  websocket: [
    ["function open() {"],
    ["socket = new WebSocket(", "ask"],
    ["socket.onmessage = ", "wait", "receive"],
    ["const message = "],
    ['on("message"', "update"],
    ["socket.onclose = "],
    ["timer = setTimeout(open", "cut"],
  ],
};

// The lines of an excerpt, [{ text, steps }], from the text of the client's file; those that it lacks
// are left out.
export function excerpt(source, transport) {
  const lines = source.split("\n");
  const found = [];
  let from = 0;
  for (const [beginning, ...steps] of LINES[transport]) {
    const place = lines.findIndex((line, nth) => nth >= from && line.trim().startsWith(beginning));
    if (place < 0) continue;
    from = place + 1;
    found.push({ place, steps });
    const [indent] = lines[place].match(/^ */);
    const closes = (line) => /^ *\}/.test(line) && line.match(/^ */)[0] === indent;
    if (!lines[place].endsWith("{")) continue;
    found.push({ place: lines.findIndex((line, nth) => nth > place && closes(line)), steps: [] });
  }
  return indented(found.sort((a, b) => a.place - b.place).map(({ place, steps }) => ({ text: lines[place].trim(), steps })));
}

export const stepsOf = (transport) => LINES[transport].flatMap(([, ...steps]) => steps);
export const linesOf = (transport) => LINES[transport].length;

// By the blocks that are in the excerpt, not by those around it.
function indented(lines) {
  let depth = 0;
  return lines.map(({ text, steps }) => {
    if (text.startsWith("}")) depth -= 1;
    const line = { text: "  ".repeat(depth) + text, steps };
    if (text.endsWith("{")) depth += 1;
    return line;
  });
}

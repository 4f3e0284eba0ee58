// The page runs no text as code (its policy forbids that): the engine has a function of its own for
// each `action`, and `shows` is the key of the word that says what the lines do.
export default {
  id: "api",
  piece: {
    kind: "console",
    steps: [
      { action: "test", code: '"WebSocket" in window', shows: "test" },
      {
        action: "open",
        code: [
          "const socket = new WebSocket(url);",
          'socket.onopen = () => show("open");',
          'socket.onclose = ({ code }) =>\n  show("closed", code);',
        ].join("\n"),
        shows: "open",
      },
      { action: "onmessage", code: "socket.onmessage = ({ data }) =>\n  show(data);", shows: "onmessage" },
      { action: "send", code: 'socket.send("hello");', shows: "send" },
      { action: "close", code: "socket.close();", shows: "close" },
    ],
  },
  sources: ["d2", "live"],
};

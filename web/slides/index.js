// In what order does the talk go? The slides, as numbered files of data; their words are in
// words/slides/.
//
// A slide is { id, piece, sources, needs, question }:
// - `piece`: the live piece (view/talk/pieces.js makes it) and the lab's state that it needs. Rows with
//   `hides` never show those kinds of numbers; rows with `says` have a button to send a text. A `chart`
//   is a file of the record, without its ending.
// - `sources`: keys of the words `sources`.
// - `needs: "phones"`: the talk skips the slide where no phone can join (without --lan).
// - `question`: { options, correct, answer, hides }, where the words have `question`, `options` and
//   `reveal`:
//   - `options`: how many there are; `correct`: which of them is correct, counted from 0.
//   - `answer`: the number of the words' `{answer}`: { of, transport } from the live counters
//     (model/talk/state.js), or { of: "record", value, unit }.
//   - `hides`: what would give the answer away, and is hidden until it is revealed:
//     { points: [1], sources: ["theory"], kinds: ["bytes"] }, each of them optional.
//     - `points`: points of the words, counted from 0. Of "Costs: 7 bytes" the audience sees
//       "Costs: ?"; of a point without a colon it sees "?".
//     - `sources`: keys of this slide's sources.
//     - `kinds`: what the piece hides. The engine calls the piece's `hide(kinds)`, with [] once the
//       answer is revealed. Rows and panels know "bytes", "latency" and "requests"; a chart that is
//       given "chart" shows its `-question` version; another piece may define its own kinds.

import title from "./01-title.js";
import join from "./02-join.js";
import pageRefresh from "./03-page-refresh.js";
import richPages from "./04-rich-pages.js";
import hiddenFrame from "./05-hidden-frame.js";
import polling from "./06-polling.js";
import longPolling from "./07-long-polling.js";
import foreverFrame from "./08-forever-frame.js";
import httpStreaming from "./09-http-streaming.js";
import sse from "./10-sse.js";
import websocket from "./11-websocket.js";
import handshake from "./12-handshake.js";
import frames from "./13-frames.js";
import api from "./14-api.js";
import wss from "./15-wss.js";
import ports from "./16-ports.js";
import overhead from "./17-overhead.js";
import figures from "./18-figures.js";
import whenNot from "./19-when-not.js";
import whatCameAfter from "./20-what-came-after.js";
import freePlay from "./21-free-play.js";

export const SLIDES = [
  title,
  join,
  pageRefresh,
  richPages,
  hiddenFrame,
  polling,
  longPolling,
  foreverFrame,
  httpStreaming,
  sse,
  websocket,
  handshake,
  frames,
  api,
  wss,
  ports,
  overhead,
  figures,
  whenNot,
  whatCameAfter,
  freePlay,
];

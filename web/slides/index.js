// In what order does the talk go? The slides, as numbered files of data; their words are in
// words/slides/.

import title from "./01-title.js";
import join from "./02-join.js";
import pageRefresh from "./03-page-refresh.js";
import hiddenFrame from "./04-hidden-frame.js";
import polling from "./05-polling.js";
import longPolling from "./06-long-polling.js";
import foreverFrame from "./07-forever-frame.js";
import httpStreaming from "./08-http-streaming.js";
import sse from "./09-sse.js";
import websocket from "./10-websocket.js";
import handshake from "./11-handshake.js";
import frames from "./12-frames.js";
import api from "./13-api.js";
import wss from "./14-wss.js";
import ports from "./15-ports.js";
import figures from "./16-figures.js";
import whenNot from "./17-when-not.js";
import whatCameAfter from "./18-what-came-after.js";
import freePlay from "./19-free-play.js";

export const SLIDES = [
  title,
  join,
  pageRefresh,
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
  figures,
  whenNot,
  whatCameAfter,
  freePlay,
];

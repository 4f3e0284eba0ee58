// What had passed on the wires after some seconds of a recording? As `live` tells it, but it stands
// still: for paper.

import { followers } from "../../model/wire/counters.js";
import { add, EMPTY_LOG } from "../../model/wire/log.js";
import { replay } from "../../model/talk/replay.js";
import { withExchanges } from "../../model/talk/exchanges.js";
import { whole, withWhole } from "../../model/talk/whole.js";
import { notice } from "./live.js";

const LONGEST_US = 10_000_000;

// { recording, newest, texts, lines, look, counters }.
export function still(recording) {
  const at_us = Math.min(LONGEST_US, recording.span_us - 1);
  const source = { recording, log: EMPTY_LOG, newest: {}, texts: [], lines: [], whole: {} };
  for (const message of replay(recording, 0)(at_us)) {
    source.log = add(source.log, message);
    notice(source, message);
    source.whole = whole(source.whole, message);
  }
  const { log, ...rest } = source;
  const counted = withExchanges(followers()(log, at_us), log, at_us);
  return { ...rest, look: { log, at_us }, counters: withWhole(counted, source.whole, source.newest) };
}

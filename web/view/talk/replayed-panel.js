// The panel of a transport without a server: the same panel, which receives the events of the
// recorded wire instead of running its transport.

import { events, page } from "../../model/talk/events.js";
import { between } from "../../model/wire/log.js";
import { lapOf } from "../../model/talk/replay.js";

const holder = () => document.getElementById("panels");

export function replayed(transport, lang) {
  let frame;
  let lap;
  let until_us; // messages that arrived by then have been reported
  let hidden = []; // kinds of numbers that it may not show yet
  const tell = (message) => frame?.contentWindow?.postMessage({ lang, hide: hidden, brief: true, ...message }, location.origin);

  function show(on) {
    if (!on) frame?.remove();
    if (!on) return (frame = undefined);
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = transport;
    frame.className = "shown";
    frame.src = `panel.html?transport=${transport}&lang=${lang}`;
    until_us = undefined;
    holder().append(frame);
  }

  return {
    show,
    hide(kinds) {
      hidden = kinds;
      tell({});
    },
    play({ log, at_us }) {
      if (!frame) return;
      const from_us = until_us ?? at_us;
      const passed = between(log, transport, from_us, at_us).filter(
        ({ arrived_us }) => arrived_us > from_us && arrived_us <= at_us,
      );
      until_us = at_us;
      const happened = passed.flatMap(events);
      if (happened.length === 0) return;
      // Each lap is replayed from its start: messages under way at its end never arrive.
      const newest = lapOf(passed[0]);
      const pages = transport === "page-refresh" ? passed.map(page).filter((text) => text !== undefined) : [];
      tell({ anew: newest !== lap, happened, page: pages.at(-1) });
      lap = newest;
    },
  };
}

// What does the page make of the wires? It keeps the log, looks at some instant of it, and draws:
// live, paused, scrubbed back and in slow motion by the same code.

import { PAIR } from "../../model/lab/scenes.js";
import { followers } from "../../model/wire/counters.js";
import { step, tick_ms } from "../../model/wire/lifelines.js";
import * as logs from "../../model/wire/log.js";
import * as playhead from "../../model/wire/playhead.js";
import { NAMES } from "../../model/shared/transports.js";
import { legend } from "../shared/bar.js";
import { arranger } from "./arrange.js";
import { both } from "./both.js";
import { clientCode } from "./client-code.js";
import { comparing } from "./comparing.js";
import { controls } from "./controls.js";
import { drawSpan, drawWaits } from "./figures.js";
import { isSame, listen, serverClock } from "../shared/lab.js";
import { outcome, wrongs } from "../shared/outcome.js";
import { OVERDUE_US } from "../shared/numbers.js";
import { pace } from "../shared/pace.js";
import { picture } from "../shared/picture.js";
import { reader } from "./reader.js";
import { room } from "./room.js";
import { runners } from "./race.js";
import { servers } from "./servers.js";
import { NOTHING, settled } from "./settled.js";
import { timeline } from "./timeline.js";
import { setText, word } from "../shared/words.js";

const SHOWN = { pair: PAIR, all: NAMES };
const find = (id) => document.getElementById(id);

export function wires(query, lab, eight) {
  let lang = "en";
  let log = logs.EMPTY_LOG; // grows
  let kept; // the log as it was when the looking at it left the present
  let head = playhead.LIVE;
  let selected;
  const clock = serverClock();
  const all = followers();

  const looked = () => kept ?? log;

  // Leaves the present: what is looked at stays as it is, while the log goes on.
  function hold() {
    kept ??= log;
    return playhead.pause(head, head.at_us);
  }

  function live() {
    kept = undefined;
    selected = undefined; // keys begin at the newest again
    head = playhead.live();
  }

  const time = timeline({
    live,
    still: () => (head = hold()),
    play: (speed) => (head = playhead.play(hold(), speed)),
    slow,
    seek: (at_us) => (head = playhead.seek(hold(), at_us)),
    jump,
    go(pictures) {
      head = hold();
      const at_us = head.at_us + pictures * playhead.span_us(head, width());
      head = playhead.seek(head, Math.min(kept.sent_us, Math.max(kept.from_us, at_us)));
    },
  });

  // A still picture is only stretched, but never to one without any message.
  function slow(speed) {
    head = head.mode === "paused" ? { ...head, speed } : playhead.play(hold(), speed);
    head.at_us = playhead.nearest(looked(), shown, head, playhead.span_us(head, width()), shown_us());
  }

  // To the update before or after: in slow motion to the instant at which it is due, in a still
  // picture so far that it can be seen.
  function jump(way) {
    const playing = head.mode === "playing";
    head = hold();
    const seen_us = playing ? 0 : 0.8 * playhead.span_us(head, width());
    const due_us = logs.dueBeside(looked(), head.at_us - seen_us, way);
    if (due_us !== undefined) head = playhead.seek(head, due_us + seen_us);
    if (playing) head = playhead.play(head);
  }

  function choose(transport, way) {
    if (!transport) {
      selected = undefined;
      return bytes.say(undefined, lang);
    }
    head = hold();
    const from = selected?.transport === transport ? selected : undefined;
    selected = step(looked(), transport, from, way, from ? Infinity : head.at_us) ?? selected;
    if (selected) head = playhead.seek(head, inView(selected));
    bytes.say(selected, lang);
    return selected;
  }

  // The instant that is looked at, moved as far as the passage needs to be seen.
  function inView({ left_us, arrived_us }) {
    const span_us = playhead.span_us(head, width());
    const margin_us = 0.1 * span_us;
    const first_us = arrived_us + margin_us;
    const last_us = Math.max(first_us, left_us + span_us - margin_us);
    return Math.min(last_us, Math.max(first_us, head.at_us));
  }

  function open(passage = selected) {
    if (!passage) return;
    const wasLive = head.mode === "live";
    head = hold();
    selected = passage;
    const step = (way) => choose(passage.transport, way);
    bytes.open(passage, { log: looked(), lang, step, closed: () => wasLive && live() });
  }

  const rows = picture(find("rows"), { choose, open });
  const bytes = reader();
  const compare = comparing(() => ({ log: looked(), at_us: head.at_us }));
  const codes = SHOWN.pair.map((name) => {
    const code = clientCode(name);
    find("rows").querySelector(`[data-transport="${name}"] .name`).append(code.root);
    return code;
  });
  const presenter = controls({ six: share });
  const cluster = servers(presenter.change);
  const arrange = arranger(eight, presenter.change);
  const scenery = settled(eight);
  const lines = both(eight, () => log);
  const race = runners();
  const above = room();
  const width = () => find("rows").querySelector("article:not([hidden]) canvas").clientWidth;

  let scene;
  let shown; // the transports in the rows
  for (const choice of find("show").querySelectorAll("input")) {
    choice.addEventListener("change", () => {
      query.set("show", choice.value);
      history.replaceState(null, "", `?${query}`);
      show();
    });
  }

  // The last scenes let a reader choose the rows.
  function show() {
    const chosen = scene.show === "all" && query.get("show") in SHOWN ? query.get("show") : scene.show;
    for (const choice of find("show").querySelectorAll("input")) choice.checked = choice.value === chosen;
    shown = SHOWN[chosen];
    rows.show(shown);
  }

  function enter(next, before) {
    scene = next;
    if (!eight.running()) find("pause").click();
    presenter.enter();
    scenery.enter(scene, before, lab);
    arrange(scene, before, lab);
    lines.enter();
    show();
    reset();
    above.draw(scene, lang);
  }

  // All rows count from the instant on that is shown.
  function reset() {
    time.live();
    if (log.sent_us !== undefined) log = logs.reset(log, shown_us());
    numbers.hurry();
  }

  const shown_us = () => clock.now_us() - playhead.lag_us(lab);

  function share(on) {
    eight.share(on);
    log = logs.share(log, on, shown_us());
  }
  find("reset").addEventListener("click", reset);

  let gone = false;
  const lose = () => {
    if (!gone) log = logs.add(log, { sent_us: clock.now_us(), lost: true });
    gone = true;
  };
  listen((message) => {
    gone = false;
    clock.hear(message);
    log = logs.add(log, message);
    compare.hear(message);
    if (!message.lab) return;
    if (!isSame(lab, message.lab)) return location.reload();
    lab = message.lab;
    presenter.hear(lab);
    cluster.hear(lab);
    lines.hear(lab);
    eight.hear(lab);
  }, lose);

  // Playback continues into new messages while the log still contains the position, and becomes live
  // when it catches up.
  function advance(elapsed_us) {
    const edge_us = shown_us();
    const playing = head.mode === "playing";
    const whole = log.from_us < head.at_us - playhead.span_us(head, width());
    if (playing && whole) kept = log;
    head = playhead.advance(head, elapsed_us, playing && !whole ? kept.sent_us : edge_us);
    if (playing && whole && head.mode === "paused") time.live();
  }

  function draw(elapsed_ms, numbers) {
    // While the server is gone nothing happens on the wires.
    if (!gone || head.mode === "playing") advance(elapsed_ms * 1000);
    const { at_us } = head;
    if (at_us === undefined) return;
    const span_us = playhead.span_us(head, width());
    const begin_us = scenery.from_us(at_us, head.mode === "live");
    rows.draw({ log: looked(), at_us, span_us, selected, begin_us });
    for (const code of codes) code.draw(looked(), at_us);
    time.draw(head, looked(), tick_ms(span_us, width()));
    if (numbers) count(at_us);
  }

  function count(at_us) {
    const counters = scenery.look(lab, log, at_us, head.mode === "live") ? all(looked(), at_us) : NOTHING;
    rows.count(counters, lang);
    race.draw(counters, lang);
    drawWaits(counters, lang);
    drawSpan(counters, lab, lang);
    lines.draw();
    const stopped = scene.show === "all" ? cluster.stopped() : [];
    wrongs(lab, { stopped, gone, missed: log.missed, six: eight.shared() }, lang);
    const outcomeOf = (name) => (eight.running() ? outcome(looked(), at_us, name, lang) : undefined);
    setText(find("hint"), word(lang, outcomeOf("forever-frame")?.waiting ? "scenes.unnoticed" : "scenes.hint"));
    const wrong = (key) => ({ text: word(lang, `outcome.${key}`), wrong: true });
    for (const { transport, served_by } of logs.labAt(looked(), at_us)?.panels ?? []) {
      rows.serve(transport, served_by);
    }
    for (const { transport, plugged, proxy } of lab.panels) {
      const stalled = proxy === "buffers" && counters[transport].overdue_us > OVERDUE_US;
      rows.tell(transport, !plugged ? wrong("cut") : stalled ? wrong("stalled") : outcomeOf(transport));
    }
  }
  for (const id of ["guide", "picture", "how"]) find(id).hidden = false;
  presenter.hear(lab);
  cluster.hear(lab);
  lines.hear(lab);
  const numbers = pace(draw);
  return {
    enter,
    speak(newest) {
      lang = newest;
      numbers.hurry();
      rows.speak(lang);
      legend(find("legend"), lang);
      lines.speak(lang);
      if (scene) above.draw(scene, lang);
      presenter.speak(lang);
      cluster.speak(lang);
      time.speak(lang);
      bytes.speak(lang);
      compare.speak(lang);
      for (const code of codes) code.speak(lang);
      bytes.say(selected, lang);
    },
  };
}

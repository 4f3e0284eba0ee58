// What can the presenter change? How far the server is, how fast the feed, and what goes wrong.

import { TRANSPORTS } from "../../model/shared/transports.js";
import { control } from "../shared/lab.js";
import { make } from "../shared/make.js";
import { fill, word } from "../shared/words.js";

const RATES = [0.2, 0.5, 1, 2, 5, 10, 20];
const PAYLOADS = [100, 200, 500, 1000, 4000, 16000];
const BANDWIDTHS = [null, 100e6, 10e6, 1e6, 256e3, 64e3];
const UNPLUGGED_US = 5_000_000;

const find = (id) => document.getElementById(id);

// `six(on)` puts all panels onto one port: that is the page's own doing.
export function controls({ six }) {
  let lab;
  let lang = "en";
  const chosen = () => find("for").value;
  const panels = () => lab.panels.filter(({ transport }) => !chosen() || transport === chosen());
  const forWhom = () => (chosen() ? { transport: chosen() } : {});

  async function change(what) {
    find("refused").textContent = "";
    try {
      await control(what);
    } catch (error) {
      find("refused").textContent = error.message;
      draw();
    }
  }

  function draw() {
    if (!lab?.presenter) return;
    const number = new Intl.NumberFormat(lang);
    // The value that all have that are meant; undefined where they differ.
    const common = (key) => {
      const values = new Set(panels().map((panel) => panel[key]));
      return values.size === 1 ? [...values][0] : undefined;
    };
    const press = (id, is) => {
      const on = panels().filter(is).length;
      find(id).setAttribute("aria-pressed", on === 0 ? "false" : on === panels().length ? "true" : "mixed");
    };
    choices("rate", RATES, lab.feed?.rate_per_s, (rate) => `${number.format(rate)}/s`);
    choices("payload", PAYLOADS, lab.feed?.payload_bytes, (bytes) => `${number.format(bytes)} B`);
    choices("bandwidth", BANDWIDTHS, common("bandwidth_bit_per_s"), (bits) => bandwidth(bits, lang));
    for (const id of ["rate", "payload", "running", "publish"]) find(id).disabled = !lab.feed;
    find("running").textContent = word(lang, lab.feed?.running ? "controls.halt" : "controls.run");
    if (document.activeElement !== find("rtt")) {
      find("rtt").value = Math.max(...panels().map(({ rtt_us }) => rtt_us)) / 1000;
    }
    sayDistance(common("rtt_us") === undefined);
    press("buffers", ({ proxy }) => proxy === "buffers");
    press("strips", ({ proxy }) => proxy === "strips-upgrade");
    press("unplug", ({ plugged }) => !plugged);
  }

  function sayDistance(differs = false) {
    const ms = new Intl.NumberFormat(lang).format(find("rtt").value);
    const text = differs ? word(lang, "controls.mixed") : fill(word(lang, "controls.rtt"), { ms });
    find("rtt-said").textContent = text;
    find("rtt").setAttribute("aria-valuetext", text);
  }

  find("for").append(
    make("option", { value: "" }),
    ...TRANSPORTS.map(({ name }) => make("option", { value: name }, name)),
  );
  find("for").addEventListener("change", draw);
  // A slider that is dragged has many values; while one is on its way only the newest waits.
  let moving, next;
  async function move(what) {
    next = what;
    if (moving) return;
    moving = true;
    while (next) {
      const what = next;
      next = undefined;
      await change(what);
    }
    moving = false;
  }
  find("rtt").addEventListener("input", () => {
    sayDistance();
    move({ ...forWhom(), rtt_us: 1000 * find("rtt").value });
  });
  const changes = (id, key, scope = () => ({})) =>
    find(id).addEventListener("change", ({ target }) => {
      if (target.value) change({ ...scope(), [key]: JSON.parse(target.value) });
    });
  changes("rate", "rate_per_s");
  changes("payload", "payload_bytes");
  changes("bandwidth", "bandwidth_bit_per_s", forWhom);
  const pressed = (id, what) => find(id).addEventListener("click", () => change(what()));
  pressed("running", () => ({ running: !lab.feed.running }));
  pressed("publish", () => ({ publish: true }));
  pressed("unplug", () => ({ ...forWhom(), unplug_us: UNPLUGGED_US }));
  const is = (id) => find(id).getAttribute("aria-pressed") === "true";
  pressed("buffers", () => ({ ...forWhom(), proxy: is("buffers") ? null : "buffers" }));
  pressed("strips", () => ({ ...forWhom(), proxy: is("strips") ? null : "strips-upgrade" }));
  find("six").addEventListener("click", () => {
    const on = !is("six");
    find("six").setAttribute("aria-pressed", on);
    six(on);
  });

  return {
    // Resets the choices of the previous scene.
    enter() {
      find("for").value = "";
      if (is("six")) find("six").click();
      draw();
    },
    change,
    hear(newest) {
      lab = newest;
      document.body.dataset.presenter = lab.presenter;
      draw();
    },
    speak(newest) {
      lang = newest;
      find("for").options[0].textContent = word(lang, "controls.everyone");
      draw();
    },
  };
}

// The choices of a list; a value that was set elsewhere is one more, and so are differing ones.
function choices(id, values, value, say) {
  const list = find(id);
  const all = values.includes(value) || value === undefined ? values : [...values, value];
  const options = all.map((one) => [JSON.stringify(one), say(one)]);
  if (value === undefined) options.push(["", "–"]);
  const shown = [...list.options].map((option) => [option.value, option.textContent]);
  if (JSON.stringify(options) !== JSON.stringify(shown)) {
    list.replaceChildren(
      ...options.map(([value, textContent]) => make("option", { value }, textContent)),
    );
  }
  list.value = value === undefined ? "" : JSON.stringify(value);
}

function bandwidth(bits, lang) {
  if (bits === null) return word(lang, "controls.unlimited");
  const [scale, unit] = bits >= 1e6 ? [1e6, "Mbit/s"] : [1e3, "kbit/s"];
  return `${new Intl.NumberFormat(lang).format(bits / scale)} ${unit}`;
}

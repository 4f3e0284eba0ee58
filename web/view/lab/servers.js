// Which server of a cluster does each panel use? The presenter stops and starts servers.

import { servers as serversOf } from "../../model/lab/servers.js";
import { make } from "../shared/make.js";
import { fill, setText, word } from "../shared/words.js";

// `change` asks the lab for something.
export function servers(change) {
  const root = document.getElementById("servers");
  const rows = new Map(); // by name
  let lab;
  let lang = "en";

  function row(name) {
    const serves = make("span");
    const button = make("button", { type: "button", class: "presenter" });
    const running = () => lab.cluster.servers.find((server) => server.name === name).running;
    button.addEventListener("click", () => change({ server: { name, running: !running() } }));
    const item = make("span", { class: "server" }, make("b", {}, name), serves, button);
    root.append(item);
    return { item, serves, button };
  }

  function draw() {
    const all = lab ? serversOf(lab) : [];
    root.hidden = all.length === 0;
    root.title = word(lang, "servers.explained");
    for (const { name, running, panels } of all) {
      if (!rows.has(name)) rows.set(name, row(name));
      const { item, serves, button } = rows.get(name);
      item.dataset.running = running;
      const said = running ? fill(word(lang, "servers.panels"), { panels }) : word(lang, "servers.stopped");
      setText(serves, said);
      setText(button, word(lang, running ? "servers.stop" : "servers.start"));
      button.setAttribute("aria-label", `${button.textContent}: ${name}`);
    }
  }

  return {
    stopped: () => serversOf(lab).flatMap(({ name, running }) => (running ? [] : name)),
    hear(newest) {
      lab = newest;
      draw();
    },
    speak(newest) {
      lang = newest;
      draw();
    },
  };
}

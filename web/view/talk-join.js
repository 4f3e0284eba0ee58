// How does the audience come in, and who is there? A code to scan, and a bar for each transport.

import { TRANSPORTS } from "../model/transports.js";
import { control } from "./lab.js";
import { make } from "./make.js";
import { fill, word } from "./words.js";

export function join(live, lang) {
  const code = make("img", { class: "code" });
  const address = make("p", { class: "address" });
  const box = make("input", { type: "checkbox" });
  const may = make("label", {}, box, word(lang, "talk.mayPublish"));
  const offline = make("p", {}, word(lang, "talk.joinOffline"));
  const rows = TRANSPORTS.map(({ name, when }) => {
    const bar = make("span", { class: "fill" });
    const value = make("data", {}, "0");
    const row = make("li", { "data-when": when }, make("span", {}, name), make("span", { class: "track" }, bar), value);
    return { name, row, bar, value };
  });
  const counts = make("ul", { class: "clients", "aria-label": word(lang, "talk.clients") }, rows.map(({ row }) => row));
  box.addEventListener("change", () => {
    control({ audience_may_publish: box.checked }).catch(() => (box.checked = !box.checked));
  });

  function changed() {
    const lab = live.recording ? undefined : live.lab;
    const url = lab?.join_url ?? "";
    offline.hidden = !live.recording;
    code.hidden = address.hidden = !url;
    if (url && address.textContent !== url) {
      address.textContent = url;
      code.src = `/join.svg?${new URLSearchParams({ for: url })}`;
      code.alt = fill(word(lang, "talk.qr"), { url });
    }
    may.hidden = lab?.presenter !== true;
    box.checked = lab?.audience?.may_publish === true;
    const clients = lab?.audience?.clients ?? {};
    const most = Math.max(5, ...Object.values(clients));
    for (const { name, bar, value } of rows) {
      const count = clients[name] ?? 0;
      bar.style.width = `${(100 * count) / most}%`;
      value.value = count;
      value.textContent = String(count);
    }
  }
  changed();
  return { root: make("div", { class: "join" }, make("div", {}, code, address, offline), make("div", {}, counts, may)), changed };
}

// How does the audience come in, and who is there? A code to scan, and a bar for each transport.

import { canJoin } from "../../model/shared/audience.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { control } from "../shared/lab.js";
import { make } from "../shared/make.js";
import { fill, word } from "../shared/words.js";

const NAME = 20;
const LINE = 100;

export function joinPiece(live, lang) {
  const code = make("img", { class: "code" });
  const address = make("p", { class: "address" });
  const box = make("input", { type: "checkbox" });
  const may = make("label", {}, box, word(lang, "talk.mayPublish"));
  const why = make("p");
  const rows = TRANSPORTS.map(({ name, when }) => {
    const bar = make("span", { class: "fill" });
    const value = make("data", {}, "0");
    const row = make("li", { "data-when": when }, make("span", {}, name), make("span", { class: "track" }, bar), value);
    return { name, row, bar, value };
  });
  const counts = make("ul", { class: "clients", "aria-label": word(lang, "talk.clients") }, rows.map(({ row }) => row));
  const lines = make("ul", { class: "lines", "aria-label": word(lang, "talk.lines") });
  let told;
  box.addEventListener("change", () => {
    control({ audience_may_publish: box.checked }).catch(() => (box.checked = !box.checked));
  });

  function changed() {
    const { lab } = live;
    const url = lab?.join_url ?? "";
    const alone = url !== "" && !canJoin(lab);
    why.hidden = !live.recording && !alone;
    why.textContent = word(lang, alone ? "talk.loopback" : "talk.joinOffline");
    // A code that leads nowhere is worse than none.
    code.hidden = !url || alone;
    address.hidden = !url;
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
  // What somebody sent, for all to see.
  function count() {
    const newest = live.lines;
    if (newest === told) return;
    told = newest;
    lines.replaceChildren(
      ...newest.map(({ from, said }) => make("li", {}, make("b", {}, from.slice(0, NAME)), " ", said.slice(0, LINE))),
    );
  }
  changed();
  return { root: make("div", { class: "join" }, make("div", {}, code, address, why), make("div", {}, counts, may, lines)), changed, count };
}

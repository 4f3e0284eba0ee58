// Who has spent how many bytes around the same updates, since the start?

import { comparison, race } from "../../model/wire/race.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { make } from "../shared/make.js";
import { fill, numberFormat, setText, word } from "../shared/words.js";

const find = (id) => document.getElementById(id);

export function runners() {
  const rows = TRANSPORTS.map(({ name, when }) => {
    const fill = make("span", { class: "fill" });
    const value = make("data");
    const row = make("li", {}, [
      make("span", { class: "runner" }, name),
      make("span", { class: "track" }, [fill]),
      value,
    ]);
    row.dataset.when = when;
    row.dataset.transport = name;
    return { name, row, fill, value };
  });
  find("runners").append(...rows.map(({ row }) => row));
  return {
    draw(counters, lang) {
      const number = new Intl.NumberFormat(lang);
      for (const { transport, overhead, share } of race(counters)) {
        const row = rows.find(({ name }) => name === transport);
        row.fill.style.width = `${100 * share}%`;
        row.value.value = overhead;
        row.value.textContent = `${number.format(overhead)} B`;
      }
      const compared = comparison(counters["long-polling"], counters.websocket);
      if (!compared) return setText(find("ratio"), word(lang, "scenes.noFigures"));
      const { long, socket, tcpIp } = compared;
      const bytes = (value) => numberFormat(lang, value < 10 ? 1 : 0).format(value);
      const text = word(lang, tcpIp ? "wires.perUpdateTcpIp" : "wires.perUpdate");
      setText(find("ratio"), fill(text, { long: bytes(long), socket: bytes(socket) }));
    },
  };
}

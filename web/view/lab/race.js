// Who has spent how many bytes around the same updates, since the start?

import { race, ratio } from "../../model/wire/race.js";
import { TRANSPORTS } from "../../model/shared/transports.js";
import { make } from "../shared/make.js";
import { fill, word } from "../shared/words.js";

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
      const compared = ratio(counters["long-polling"], counters.websocket);
      const tenth = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
      const whole = (value) => number.format(Math.round(value));
      // As long as there are too few, the last is left.
      if (!compared) return;
      const { long, socket, times } = compared;
      const told = { long: whole(long), socket: tenth.format(socket), times: whole(times) };
      find("above").hidden = false;
      find("ratio").textContent = fill(word(lang, "race.ratio"), told);
    },
  };
}

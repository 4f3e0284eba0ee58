// What has become of a line that was sent (model/panel/said.js), in words.

import { fill, word } from "./words.js";

export function describeSaid({ stage, reason, why, round_trip_ms }, lang) {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const number = new Intl.NumberFormat(lang, digits);
  switch (stage) {
    case "nothing":
      return "";
    case "sent":
    case "taken":
      return word(lang, "panel.underWay");
    case "back":
      return fill(word(lang, "panel.back"), { ms: `${number.format(round_trip_ms)}\u00a0ms` });
    case "failed":
      return fill(word(lang, `panel.${reason}`), { why });
    default:
      return fill(word(lang, `panel.${stage}`), { why });
  }
}

// What did pulling the plug do to a transport? A pure function of the log.

import { list, search } from "./queue.js";
import { unplugged } from "./log.js";

// The last time that the plug was out and is in again, { from_us, to_us }; undefined if it never was.
export const lastOutage = (log, transport) =>
  unplugged(log, transport, -Infinity, Infinity).findLast(({ to_us }) => to_us < Infinity);

// How long after the plug was in again the next update came (`back_us`, undefined: none yet), how
// many updates came once more, and how many never did of those before the newest that came.
export function outage(log, transport, { from_us, to_us }) {
  const { passages } = log.rows[transport];
  const cut = search(passages, ({ arrived_us }) => arrived_us > from_us);
  const seqs = (from, to) =>
    list(passages, from, to).flatMap(({ direction, updates, client_us }) =>
      direction === "down" ? updates.map(({ seq }) => ({ seq, client_us })) : [],
    );
  const before = new Set(seqs(0, cut).map(({ seq }) => seq));
  const since = seqs(cut, passages.length);
  const back = since.find(({ client_us }) => client_us >= to_us);
  if (back === undefined || before.size === 0) return { back_us: undefined, repeated: 0, lost: 0 };
  const came = new Set(since.map(({ seq }) => seq));
  const twice = [...came].filter((seq) => before.has(seq)).length;
  let lost = 0;
  for (let seq = Math.max(...before) + 1; seq < Math.max(...came); seq += 1) lost += came.has(seq) ? 0 : 1;
  return { back_us: back.client_us - to_us, repeated: since.length - came.size + twice, lost };
}

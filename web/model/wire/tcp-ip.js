// How many bytes of TCP/IP headers has the kernel counted for a transport? A queue of
// { at_us, counted, bytes }: `counted` as the lab reported it, `bytes` since the first report.

import { EMPTY_QUEUE, drop, get, push, search } from "./queue.js";

export const NOT_COUNTED = EMPTY_QUEUE;

export function extend(reports, at_us, counted) {
  const last = get(reports, reports.length - 1);
  // A count that went back began again, as in each lap of a recording.
  const bytes = last ? last.bytes + Math.max(0, counted - last.counted) : 0;
  return push(reports, [{ at_us, counted, bytes }]);
}

// Without the reports before an instant, except the one that still held then.
export const evict = (reports, from_us) =>
  drop(reports, Math.max(0, search(reports, ({ at_us }) => at_us > from_us) - 1));

// The bytes between two instants, as far as they were reported; undefined where nothing was.
export function between(reports, from_us, to_us) {
  if (reports.length === 0) return undefined;
  return bytesAt(reports, to_us) - bytesAt(reports, from_us);
}

function bytesAt(reports, us) {
  const place = search(reports, ({ at_us }) => at_us > us);
  return get(reports, Math.max(0, place - 1)).bytes;
}

// How many bytes of TCP/IP headers has the kernel counted for a transport?
//
// { reports, before, isStale }: `reports` is a queue of { at_us, counted, bytes }: `counted` as the lab
// reported it, `bytes` since the first report. `before` are the older reports that the counters still
// need, the oldest first. `isStale`: whether passages were lost since the last report.

import { EMPTY_QUEUE, drop, get, push, search } from "./queue.js";

export const NOT_COUNTED = { reports: EMPTY_QUEUE, before: [], isStale: false };

export function extend({ reports, before, isStale }, at_us, counted) {
  const last = get(reports, reports.length - 1);
  // A count that went back began again, as in each lap of a recording.
  const more = last && !isStale ? Math.max(0, counted - last.counted) : 0;
  const report = { at_us, counted, bytes: (last?.bytes ?? 0) + more };
  return { reports: push(reports, [report]), before, isStale: false };
}

// Some passages were lost, so the headers that were counted with them do not count either: the next
// report is a new baseline.
export const broken = (tcp_ip) => ({ ...tcp_ip, isStale: true });

// Without the reports before an instant, except the one that still held then and those that held when
// `counters`, of the passages that were dropped, began.
export function evict(tcp_ip, from_us, { start_us, since_us, first }) {
  const { reports } = tcp_ip;
  const gone = Math.max(0, search(reports, ({ at_us }) => at_us > from_us) - 1);
  if (gone === 0) return tcp_ip;
  const needed = [start_us === -Infinity ? since_us : start_us, first?.us].filter((us) => us !== undefined);
  const before = needed.map((us) => reportAt(tcp_ip, us)).sort((a, b) => a.at_us - b.at_us);
  return { ...tcp_ip, reports: drop(reports, gone), before };
}

// The bytes between two instants, as far as they were reported; undefined where nothing was.
export function between(tcp_ip, from_us, to_us) {
  if (tcp_ip.reports.length === 0) return undefined;
  return reportAt(tcp_ip, to_us).bytes - reportAt(tcp_ip, from_us).bytes;
}

// The report that held at an instant; before the first, the first.
function reportAt({ reports, before }, us) {
  const place = search(reports, ({ at_us }) => at_us > us);
  if (place > 0) return get(reports, place - 1);
  return before.findLast(({ at_us }) => at_us <= us) ?? before[0] ?? get(reports, 0);
}

// Since when do the counters of all rows count? Since the page was opened, the last reset, or the last
// change of distance, bandwidth, rate or payload size, whichever is latest.
//
// `starts` are such instants in ascending order. The first is −Infinity: since the page was opened.

export const OPENED = [-Infinity];

// With one more start. A start is never earlier than the one before.
export const start = (starts, at_us) => [...starts, Math.max(starts.at(-1), at_us)];

// The start that applies at an instant.
export const startAt = (starts, at_us) => starts.findLast((start_us) => start_us <= at_us);

// Without those that no instant from `from_us` on needs.
export function evict(starts, from_us) {
  const first = starts.findLastIndex((start_us) => start_us <= from_us);
  return first > 0 ? starts.slice(first) : starts;
}

// When counting starts again because the lab changed; undefined where it goes on. What is under way at
// that instant still travels the old distance and does not count.
export function startOfChange(before, lab, at_us) {
  if (!before || !differs(before, lab)) return undefined;
  return at_us + Math.max(0, ...before.panels.map(({ rtt_us }) => rtt_us ?? 0));
}

function differs(before, { panels, feed }) {
  const changed = (one, other, keys) => keys.some((key) => one?.[key] !== other?.[key]);
  return (
    changed(before.feed, feed, ["rate_per_s", "payload_bytes"]) ||
    panels.some((panel, nth) => changed(before.panels[nth], panel, ["rtt_us", "bandwidth_bit_per_s"]))
  );
}

// When does the talk play its recording because the server is silent?

const DEFAULT_TIMEOUT_MS = 3000;

// The timeout that the talk's address sets by `timeout_s`, a number of seconds, in milliseconds.
// Without it, and where it is no positive number, the default.
export function timeout_ms(timeout_s) {
  const ms = 1000 * Number(timeout_s);
  return ms > 0 && ms < Infinity ? ms : DEFAULT_TIMEOUT_MS;
}

// Whether no message has come for longer than the timeout. A longer timeout than the default
// applies only while the server may still answer: not after its connection was lost.
export function isSilent(silent_ms, timeout_ms, isLost) {
  const longest_ms = isLost ? Math.min(timeout_ms, DEFAULT_TIMEOUT_MS) : timeout_ms;
  return silent_ms > longest_ms;
}

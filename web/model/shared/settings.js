// Which distance and feed does a scene or a slide ask of the lab? What it does not name stays as it is;
// the faults of the scene or slide before are switched off.

export function settings({ rtt_us, rate_per_s }, { feed }) {
  // The feed is not always a ticker.
  const ticking = feed ? { rate_per_s, payload_bytes: 100, running: true } : {};
  return { rtt_us, bandwidth_bit_per_s: null, proxy: null, ...ticking };
}

//! Computes when the bytes that leave one end arrive at the other.

use std::time::{Duration, Instant};

use crate::base::Way;

/// The payload of an Ethernet packet of 1,500 bytes after the IP and TCP headers.
const PACKET_BYTES: u64 = 1_448;

/// One direction of one connection.
#[derive(Debug)]
pub(super) struct DelayLine {
    way: Way,
    random: fastrand::Rng,
    free_at: Instant,
    last_arrives: Instant,
}

impl DelayLine {
    /// A wire that is free from `now` on. `random` provides the jitter.
    pub fn new(way: Way, random: fastrand::Rng, now: Instant) -> Self {
        Self {
            way,
            random,
            free_at: now,
            last_arrives: now,
        }
    }

    /// Applies `way` from now on.
    pub fn follow(&mut self, way: Way) {
        self.way = way;
    }

    /// Lets nothing leave before `instant`.
    pub fn busy_until(&mut self, instant: Instant) {
        self.free_at = self.free_at.max(instant);
    }

    /// When the first byte of a piece leaves that is ready at `ready`. Pieces leave in order.
    pub fn leaves(&self, ready: Instant) -> Instant {
        self.free_at.max(ready)
    }

    /// The size of a piece, in bytes: one packet, or what leaves in a millisecond if that is more.
    /// So the first bytes of a large update arrive before the last ones have left, and a fast wire
    /// needs at most a thousand writes per second.
    pub fn piece_bytes(&self) -> usize {
        self.way.bandwidth.map_or(usize::MAX, |bandwidth| {
            PACKET_BYTES.max(bandwidth.bit_per_s() / 8 / 1_000) as usize
        })
    }

    /// Sends a piece that is ready at `ready` and returns when its last byte arrives. It never
    /// overtakes the previous piece.
    pub fn send(&mut self, ready: Instant, bytes: usize) -> Instant {
        let occupied = self
            .way
            .bandwidth
            .map_or(Duration::ZERO, |b| b.time_of(bytes));
        // From planned instant to planned instant, so a late timer does not delay later pieces.
        self.free_at = self.leaves(ready) + occupied;
        let longer = self.way.jitter.mul_f64(self.random.f64());
        let arrives = self.free_at + self.way.delay + longer;
        self.last_arrives = self.last_arrives.max(arrives);
        self.last_arrives
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn way(delay_ms: u32, jitter_ms: u32, bandwidth: &str) -> Way {
        Way {
            delay: delay_ms * MS,
            jitter: jitter_ms * MS,
            bandwidth: bandwidth.parse().ok(),
        }
    }

    fn wire(way: Way, now: Instant) -> DelayLine {
        DelayLine::new(way, fastrand::Rng::with_seed(1), now)
    }

    /// When each piece arrives, from the first instant, with one byte sent every `apart`.
    fn arrivals(way: Way, apart: Duration) -> Vec<Duration> {
        let now = Instant::now();
        let mut wire = wire(way, now);
        (0..1_000)
            .map(|nth| wire.send(now + nth * apart, 1) - now)
            .collect()
    }

    #[test]
    fn pieces_that_are_ready_together_leave_one_after_the_other() {
        let now = Instant::now();
        let mut wire = wire(way(10, 0, "8Mbit/s"), now);
        assert_eq!(wire.send(now, 1_000), now + 11 * MS);
        assert_eq!(wire.leaves(now), now + MS);
        assert_eq!(wire.send(now, 2_000), now + 13 * MS);
        // An idle wire accumulates no credit.
        assert_eq!(wire.send(now + 50 * MS, 1_000), now + 61 * MS);
    }

    #[test]
    fn nothing_leaves_while_the_wire_is_busy() {
        let now = Instant::now();
        let mut wire = wire(way(10, 0, ""), now);
        wire.busy_until(now + 20 * MS);
        assert_eq!(wire.leaves(now), now + 20 * MS);
        assert_eq!(wire.send(now, 5), now + 30 * MS);
        assert_eq!(wire.send(now + 25 * MS, 5), now + 35 * MS);
    }

    #[test]
    fn jitter_is_distributed_from_zero_to_its_maximum() {
        let late = |nth: u32, arrival: Duration| (arrival - 10 * MS - nth * 4 * MS).as_secs_f64();
        let arrivals = arrivals(way(10, 4, ""), 4 * MS);
        let mut late: Vec<_> = (0..).zip(arrivals).map(|(n, at)| late(n, at)).collect();
        late.sort_by(f64::total_cmp);
        // A thousand values of a uniform distribution: each tenth deviates by less than three
        // standard errors of the median.
        for (tenth, late) in (0..=10).zip(late.chunks(100).map(|tenth| tenth[0])) {
            assert!(
                (late - f64::from(tenth) * 0.000_4).abs() < 0.000_2,
                "{tenth}: {late}"
            );
        }
        assert!(late[999] < 0.004);
    }

    #[test]
    fn no_piece_overtakes_another_or_exceeds_the_jitter() {
        let arrivals = arrivals(way(10, 4, ""), MS / 10);
        assert!(arrivals.is_sorted());
        for (nth, arrival) in (0..).zip(arrivals) {
            let left = nth * MS / 10;
            assert!((left + 10 * MS..left + 14 * MS).contains(&arrival));
        }
    }

    #[test]
    fn a_piece_is_a_packet_or_a_millisecond_of_bytes() {
        let piece_bytes = |bandwidth| wire(way(0, 0, bandwidth), Instant::now()).piece_bytes();
        assert_eq!(piece_bytes("64kbit/s"), 1_448);
        assert_eq!(piece_bytes("100Mbit/s"), 12_500);
        assert_eq!(piece_bytes(""), usize::MAX);
    }
}

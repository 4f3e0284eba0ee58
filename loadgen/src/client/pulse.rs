//! Is this process on time right now, so that the times of its arrivals are reliable?

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Instant,
};

/// The watchdog's next due time, shared with all clients. A process that was stopped finds it overdue
/// before it records anything.
#[derive(Debug)]
pub struct Pulse {
    origin: Instant,
    // Microseconds, the first two since the origin.
    due_us: AtomicU64,
    recovers_until_us: AtomicU64,
    bound_us: AtomicU64,
}

/// A pulse without a watchdog: nothing is due.
impl Default for Pulse {
    fn default() -> Self {
        Self {
            origin: Instant::now(),
            due_us: AtomicU64::new(u64::MAX),
            recovers_until_us: AtomicU64::new(0),
            bound_us: AtomicU64::new(0),
        }
    }
}

impl Pulse {
    /// From now on the process is late if the watchdog is overdue by more than `bound_us`.
    pub fn begin(&self, due: Instant, bound_us: u64) {
        self.bound_us.store(bound_us, Relaxed);
        self.due_us.store(self.us(due), Relaxed);
    }

    /// The watchdog ran at `now` and is due again at `next`. Work that waited during a pause is done
    /// within another bound.
    pub fn beat(&self, now: Instant, next: Instant) {
        if self.is_late(now) {
            let until_us = self.us(now) + self.bound_us.load(Relaxed);
            self.recovers_until_us.store(until_us, Relaxed);
        }
        self.due_us.store(self.us(next), Relaxed);
    }

    /// Whether the process is late, or was a moment ago.
    pub fn is_late(&self, now: Instant) -> bool {
        let now_us = self.us(now);
        let overdue_us = now_us.saturating_sub(self.due_us.load(Relaxed));
        overdue_us > self.bound_us.load(Relaxed) || now_us < self.recovers_until_us.load(Relaxed)
    }

    fn us(&self, instant: Instant) -> u64 {
        let passed = instant.saturating_duration_since(self.origin);
        passed.as_micros() as u64
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_stopped_process_finds_the_watchdog_overdue_and_recovers() {
        let pulse = Pulse::default();
        let at = |ms| pulse.origin + Duration::from_millis(ms);
        assert!(!pulse.is_late(at(50)), "there is no watchdog");
        pulse.begin(at(10), 2_000);
        assert!(!pulse.is_late(at(12)), "due, and within the bound");
        assert!(pulse.is_late(at(13)));
        pulse.beat(at(12), at(20));
        assert!(!pulse.is_late(at(13)), "it ran in time");
        pulse.beat(at(40), at(50));
        assert!(pulse.is_late(at(41)), "waiting work is done now");
        assert!(!pulse.is_late(at(43)));
    }
}

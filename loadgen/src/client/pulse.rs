//! Is this process on time right now, so that an arrival that it notes came when it says?

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Instant,
};

/// When the watchdog is due next, for everybody to see: a process that was stopped
/// finds it overdue before it notes anything.
#[derive(Debug)]
pub struct Pulse {
    origin: Instant,
    // Microseconds, the first two since the origin.
    due_us: AtomicU64,
    recovers_until_us: AtomicU64,
    bound_us: AtomicU64,
}

impl Pulse {
    /// Of a process that nobody watches yet: nothing is due.
    pub fn new() -> Self {
        Self {
            origin: Instant::now(),
            due_us: AtomicU64::new(u64::MAX),
            recovers_until_us: AtomicU64::new(0),
            bound_us: AtomicU64::new(0),
        }
    }

    /// From now on it is late when the watch is overdue by more than `bound_us`.
    pub fn begin(&self, due: Instant, bound_us: u64) {
        self.bound_us.store(bound_us, Relaxed);
        self.due_us.store(self.us(due), Relaxed);
    }

    /// The watch came to run at `now`, and is due again at `next`. What has waited through a pause
    /// is served within another bound.
    pub fn beat(&self, now: Instant, next: Instant) {
        if self.is_late(now) {
            let until_us = self.us(now) + self.bound_us.load(Relaxed);
            self.recovers_until_us.store(until_us, Relaxed);
        }
        self.due_us.store(self.us(next), Relaxed);
    }

    /// Whether it is late, or was just now.
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

impl Default for Pulse {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn who_was_stopped_finds_the_watch_overdue_and_recovers_after_it_ran() {
        let pulse = Pulse::new();
        let at = |ms| pulse.origin + Duration::from_millis(ms);
        assert!(!pulse.is_late(at(50)), "nobody watches");
        pulse.begin(at(10), 2_000);
        assert!(!pulse.is_late(at(12)), "due, and within the bound");
        assert!(pulse.is_late(at(13)));
        pulse.beat(at(12), at(20));
        assert!(!pulse.is_late(at(13)), "it ran in time");
        pulse.beat(at(40), at(50));
        assert!(pulse.is_late(at(41)), "what waited comes now");
        assert!(!pulse.is_late(at(43)));
    }
}

//! What time is it, and when is the next update due?

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::timer;

/// Microseconds since the Unix epoch.
pub fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_micros() as u64)
}

/// Planned instants at a fixed rate, counted from the start, so that a late one moves no other.
#[derive(Debug)]
pub struct Schedule {
    began: Instant,
    began_us: u64,
    per_second: f64,
    next: u64,
}

/// A step of the wall clock that is followed; anything less may be this thread waiting for a core
/// between two readings.
const STEP_US: u64 = 1_000;

impl Schedule {
    /// Begins now; the first instant is one period away.
    pub fn new(per_second: f64) -> Self {
        // The wall clock first: a pause between the two makes latencies longer and never shorter.
        let began_us = now_us();
        Self {
            began: Instant::now(),
            began_us,
            per_second,
            next: 1,
        }
    }

    /// Sleeps until the next planned instant and returns it in microseconds since the Unix epoch.
    /// Returns at once when that instant has passed.
    pub fn wait(&mut self) -> u64 {
        let offset = Duration::from_secs_f64(self.next as f64 / self.per_second);
        self.next += 1;
        timer::sleep_thread_until(self.began + offset);
        self.follow_wall_clock();
        self.began_us + offset.as_micros() as u64
    }

    /// Latency is read against the wall clock. It runs like the steady one but for steps: someone
    /// sets it, or the machine was suspended.
    fn follow_wall_clock(&mut self) {
        let began_us = || now_us().saturating_sub(self.began.elapsed().as_micros() as u64);
        // A pause between the two readings moves a reading by its length, but not three times
        // in the same way.
        let mut readings = [began_us(), began_us(), began_us()];
        readings.sort_unstable();
        if readings[1].abs_diff(self.began_us) > STEP_US && readings[2] - readings[0] < STEP_US {
            tracing::warn!(
                step_us = readings[1] as i64 - self.began_us as i64,
                "the wall clock was stepped; the schedule follows it"
            );
            self.began_us = readings[1];
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn planned_instants_are_a_period_apart_however_late_the_sleeper_is() {
        let mut schedule = Schedule::new(200.0);
        let first = schedule.wait();
        thread::sleep(Duration::from_millis(20));
        for nth in 1..5 {
            assert_eq!(schedule.wait(), first + nth * 5_000);
        }
        assert!(now_us() >= first + 20_000);
    }
}

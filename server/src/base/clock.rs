//! What time is it, and when is the next update due?

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Microseconds since the Unix epoch.
pub fn now_us() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_micros() as u64)
}

/// Planned instants at a fixed rate. Each is computed from the start, so a late one does not shift
/// the others.
#[derive(Debug)]
pub struct Schedule {
    began: Instant,
    began_us: u64,
    per_second: f64,
    next: u64,
}

/// Smaller steps of the wall clock are ignored, since this thread may have waited for a core
/// between two readings.
const STEP_US: u64 = 1_000;

impl Schedule {
    /// Starts now; the first instant is one period away.
    pub fn new(per_second: f64) -> Self {
        // The wall clock first: a pause between the two readings makes latencies longer, never
        // shorter.
        let began_us = now_us();
        Self {
            began: Instant::now(),
            began_us,
            per_second,
            next: 1,
        }
    }

    /// When the next update is due.
    pub fn due(&self) -> Instant {
        self.began + self.offset(self.next)
    }

    /// Takes the next planned instant, in microseconds since the Unix epoch. Called once it is due.
    pub fn take(&mut self) -> u64 {
        let offset = self.offset(self.next);
        self.next += 1;
        self.follow_wall_clock();
        self.began_us + offset.as_micros() as u64
    }

    /// Continues at another rate from the last planned instant, so that repeated changes do not
    /// delay publishing. If updates would already have been due at the new rate, one is due now.
    pub fn change_rate(&mut self, per_second: f64) {
        let last = self.offset(self.next - 1);
        self.per_second = per_second;
        self.next = 1;
        let over = last.max(self.began.elapsed().saturating_sub(self.offset(1)));
        self.began += over;
        self.began_us += over.as_micros() as u64;
    }

    fn offset(&self, nth: u64) -> Duration {
        Duration::from_secs_f64(nth as f64 / self.per_second)
    }

    /// Latency is measured against the wall clock. It runs like the monotonic clock, except for
    /// steps: someone sets it, or the machine was suspended.
    fn follow_wall_clock(&mut self) {
        let began_us = || now_us().saturating_sub(self.began.elapsed().as_micros() as u64);
        // A pause between the two readings shifts one reading by its length, but not three readings
        // by the same amount.
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

    /// Sleeps until the next planned instant and takes it.
    fn wait(schedule: &mut Schedule) -> u64 {
        thread::sleep(schedule.due().saturating_duration_since(Instant::now()));
        schedule.take()
    }

    #[test]
    fn planned_instants_are_one_period_apart_even_after_a_late_wakeup() {
        let mut schedule = Schedule::new(200.0);
        let first = wait(&mut schedule);
        thread::sleep(Duration::from_millis(20));
        for nth in 1..5 {
            assert_eq!(wait(&mut schedule), first + nth * 5_000);
        }
        assert!(now_us() >= first + 20_000);
    }

    #[test]
    fn a_new_rate_counts_from_the_last_planned_instant() {
        let mut schedule = Schedule::new(1_000.0);
        let last = wait(&mut schedule);
        for rate in [0.1, 3.0, 0.01] {
            schedule.change_rate(rate);
        }
        assert_eq!(schedule.take(), last + 100_000_000);
    }

    #[test]
    fn an_update_overdue_at_a_new_rate_is_due_now_and_only_once() {
        let mut schedule = Schedule::new(0.001);
        let began_us = now_us();
        thread::sleep(Duration::from_millis(50));
        let changed_us = now_us();
        schedule.change_rate(100.0);
        assert!(schedule.due() <= Instant::now());
        let first = schedule.take();
        // Not an instant 10 ms after the start. (Two clocks are read, so within a millisecond.)
        assert!(
            first + 1_000 >= changed_us,
            "{began_us} {changed_us} {first}"
        );
        assert_eq!(schedule.take(), first + 10_000);
    }
}

//! The watchdog of the load generator. It observes the process's own lateness, CPU and clock.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use server::base::{clock, timer};
use tokio::{runtime::Handle, task::JoinHandle};

use crate::{
    client::shared::{Shared, histogram},
    measure::usage::Usage,
};

/// A task on the clients' runtime that wakes every 5 ms and records its lateness.
#[derive(Debug)]
pub struct Watchdog {
    book: Arc<Mutex<Lateness>>,
    task: JoinHandle<()>,
    began: (Instant, Option<Usage>),
    cpu_share: Option<f64>,
    bound_us: u64,
}

/// The findings of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Findings {
    /// Lateness of the task in microseconds, 99th percentile.
    pub late_us_p99: Option<u64>,
    /// Its maximum.
    pub late_us_max: Option<u64>,
    /// The bound above which it counts as late.
    pub bound_us: u64,
    /// The share of the clients' cores that the load generator used; 1 is all of them. `None` if the
    /// system does not report it.
    pub cpu_share: Option<f64>,
    /// The largest step of the wall clock.
    pub clock_step_us: Option<i64>,
}

#[derive(Debug)]
struct Lateness {
    planned: Instant,
    late_us: Histogram<u64>,
    clock: Clock,
}

const EVERY: Duration = Duration::from_millis(5);

impl Watchdog {
    /// Observes from the time `planned` on, and signals the clients when it is overdue by more than
    /// `bound_us`.
    pub fn begin(shared: Arc<Shared>, planned: Instant, bound_us: u64) -> Self {
        shared.pulse.begin(planned, bound_us);
        let mut clock = Clock::default();
        clock.read();
        let book = Arc::new(Mutex::new(Lateness {
            planned,
            late_us: histogram(),
            clock,
        }));
        let noted = Arc::clone(&book);
        let task = tokio::spawn(async move {
            loop {
                let planned = locked(&noted).planned;
                timer::sleep_until(planned).await;
                let mut book = locked(&noted);
                book.note();
                shared.pulse.beat(Instant::now(), book.planned);
            }
        });
        Self {
            book,
            task,
            began: (Instant::now(), Usage::own()),
            cpu_share: None,
            bound_us,
        }
    }

    /// Starts to count CPU time.
    pub fn begin_window(&mut self) {
        self.began = (Instant::now(), Usage::own());
    }

    /// Ends counting the CPU time of the window.
    pub fn end_window(&mut self) {
        let (began, before) = self.began;
        let used = before.zip(Usage::own());
        let used = used.map(|(before, now)| now.cpu_ns.saturating_sub(before.cpu_ns) as f64);
        let cores = Handle::current().metrics().num_workers();
        let available = began.elapsed().as_nanos() as f64 * cores as f64;
        self.cpu_share = used.map(|used| (used / available * 1000.0).round() / 1000.0);
    }

    /// The findings so far.
    pub fn findings(&self) -> Findings {
        let mut book = locked(&self.book);
        // Overdue runs count too: this process may have been stopped for a while.
        while book.planned + EVERY < Instant::now() {
            book.note();
        }
        let late_us = &book.late_us;
        let known = !late_us.is_empty();
        Findings {
            late_us_p99: known.then(|| late_us.value_at_quantile(0.99)),
            late_us_max: known.then(|| late_us.max()),
            bound_us: self.bound_us,
            cpu_share: self.cpu_share,
            clock_step_us: book.clock.step_us,
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Lateness {
    fn note(&mut self) {
        let late = self.planned.elapsed().as_micros() as u64;
        self.late_us.saturating_record(late.max(1));
        self.planned += EVERY;
        self.clock.read();
    }
}

fn locked(book: &Mutex<Lateness>) -> MutexGuard<'_, Lateness> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Compares the wall clock with the monotonic clock.
#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    last: Option<(Instant, u64)>,
    step_us: Option<i64>,
}

/// A clock that a time service slews moves by less than this between two readings. A clock that is
/// set moves by more.
const STEP_US: i64 = 1_000;
/// A reading of the wall clock is used only if the two readings of the monotonic clock around it
/// are this close.
const SURE: Duration = Duration::from_micros(100);

impl Clock {
    fn read(&mut self) {
        let before = Instant::now();
        let wall_us = clock::now_us();
        if before.elapsed() < SURE {
            self.see(before, wall_us);
        }
    }

    fn see(&mut self, steady: Instant, wall_us: u64) {
        if let Some((last_steady, last_wall_us)) = self.last {
            let passed_us = steady.duration_since(last_steady).as_micros() as i64;
            let step_us = wall_us as i64 - last_wall_us as i64 - passed_us;
            if step_us.abs() > STEP_US {
                // The largest step, because a step forward and one back would cancel out.
                let larger = self.step_us.filter(|known| known.abs() > step_us.abs());
                self.step_us = larger.or(Some(step_us));
            }
        }
        self.last = Some((steady, wall_us));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_clock_is_noticed_and_a_slewed_one_is_not() {
        let began = Instant::now();
        let see = |readings: &[(u64, u64)]| {
            let mut clock = Clock::default();
            for &(steady_us, wall_us) in readings {
                clock.see(began + Duration::from_micros(steady_us), wall_us);
            }
            clock.step_us
        };
        assert_eq!(see(&[(0, 70), (10_000, 10_075), (20_000, 20_080)]), None);
        assert_eq!(see(&[(0, 70), (10_000, 1_010_070)]), Some(1_000_000));
        assert_eq!(see(&[(0, 9_000), (10_000, 17_000)]), Some(-2_000));
        let forward_and_back = [(0, 0), (10_000, 3_010_000), (20_000, 20_010)];
        assert_eq!(see(&forward_and_back), Some(3_000_000));
    }

    #[tokio::test]
    async fn a_stopped_process_notices_that_it_was_late() {
        let watch = Watchdog::begin(Arc::default(), Instant::now(), 0);
        // No other task of this runtime runs in the meantime, as if the process were stopped.
        std::thread::sleep(Duration::from_millis(300));
        let late_us = watch.findings().late_us_max.unwrap();
        assert!((280_000..10_000_000).contains(&late_us), "{late_us}");
    }
}

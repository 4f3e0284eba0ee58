//! Can this process be believed while it measures? It watches its own lateness, its CPU and its
//! clock.

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

/// A task among the clients' tasks that wants to run every 5 ms and notes how late it does.
#[derive(Debug)]
pub struct Watchdog {
    book: Arc<Mutex<Lateness>>,
    task: JoinHandle<()>,
    began: (Instant, Option<Usage>),
    cpu_share: Option<f64>,
    bound_us: u64,
}

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Findings {
    /// How late the task came to run, in microseconds, at the 99th percentile.
    pub late_us_p99: Option<u64>,
    /// And at worst.
    pub late_us_max: Option<u64>,
    /// Above this it was late.
    pub bound_us: u64,
    /// How much of the cores on which its clients run the load generator used; 1 is all of them.
    /// `None` where the system does not tell.
    pub cpu_share: Option<f64>,
    /// By how much somebody set the wall clock, at most.
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
    /// Watches from the instant `planned` on, and lets the clients know when it is overdue by more
    /// than `bound_us`.
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

    /// Counts the CPU from now on.
    pub fn begin_window(&mut self) {
        self.began = (Instant::now(), Usage::own());
    }

    /// Takes the CPU that was used so far for that of the window.
    pub fn end_window(&mut self) {
        let (began, before) = self.began;
        let used = before.zip(Usage::own());
        let used = used.map(|(before, now)| now.cpu_ns.saturating_sub(before.cpu_ns) as f64);
        let cores = Handle::current().metrics().num_workers();
        let available = began.elapsed().as_nanos() as f64 * cores as f64;
        self.cpu_share = used.map(|used| (used / available * 1000.0).round() / 1000.0);
    }

    /// What was found until now.
    pub fn findings(&self) -> Findings {
        let mut book = locked(&self.book);
        // What is overdue counts too: this process may have been stopped for a while.
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

/// The wall clock, held against the steady one.
#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    last: Option<(Instant, u64)>,
    step_us: Option<i64>,
}

/// A clock that is slewed, as time services do, moves by less than this between two readings; one
/// that is set moves by more.
const STEP_US: i64 = 1_000;
/// Two readings of the steady clock around one of the wall clock tell when that was, unless the
/// thread was stopped between them.
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
                // The largest: a step and its way back would come to nothing.
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
    fn a_clock_that_is_set_is_noticed_and_one_that_is_slewed_is_not() {
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
        let there_and_back = [(0, 0), (10_000, 3_010_000), (20_000, 20_010)];
        assert_eq!(see(&there_and_back), Some(3_000_000));
    }

    #[tokio::test]
    async fn a_process_that_does_not_get_to_run_knows_that_it_was_late() {
        let watch = Watchdog::begin(Arc::default(), Instant::now(), 0);
        // No other task of this runtime runs meanwhile, as if the process were stopped.
        std::thread::sleep(Duration::from_millis(300));
        let late_us = watch.findings().late_us_max.unwrap();
        assert!((280_000..10_000_000).contains(&late_us), "{late_us}");
    }
}

//! How late is the load generator itself?

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use server::timer;
use tokio::task::JoinHandle;

use crate::shared::histogram;

/// A task among the clients' tasks that wants to run every 10 ms and notes how late it does.
#[derive(Debug)]
pub struct Lateness {
    late_us: Arc<Mutex<Histogram<u64>>>,
    task: JoinHandle<()>,
}

const EVERY: Duration = Duration::from_millis(10);

impl Lateness {
    /// Watches from now on.
    pub fn watch() -> Self {
        let late_us = Arc::new(Mutex::new(histogram()));
        let noted = Arc::clone(&late_us);
        let task = tokio::spawn(async move {
            let mut planned = Instant::now();
            loop {
                planned += EVERY;
                timer::sleep_until(planned).await;
                let late = planned.elapsed().as_micros() as u64;
                let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
                noted.saturating_record(late.max(1));
            }
        });
        Self { late_us, task }
    }

    /// The 99th percentile in microseconds; `None` before anything was noted.
    pub fn p99(&self) -> Option<u64> {
        let late_us = self.late_us.lock().unwrap_or_else(PoisonError::into_inner);
        (!late_us.is_empty()).then(|| late_us.value_at_quantile(0.99))
    }
}

impl Drop for Lateness {
    fn drop(&mut self) {
        self.task.abort();
    }
}

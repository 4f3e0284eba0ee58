//! What do the clients of one run know in common?

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use hdrhistogram::Histogram;
use tokio::sync::watch;

/// The measuring window, in microseconds since the Unix epoch. An update belongs to it when its
/// planned instant does.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The first microsecond.
    pub from_us: u64,
    /// The first microsecond after it.
    pub to_us: u64,
}

/// What all clients write into and read from.
#[derive(Debug)]
pub struct Shared {
    window: OnceLock<Window>,
    book: Mutex<Book>,
    /// How many clients have received their first update.
    pub placed: watch::Sender<usize>,
}

#[derive(Debug)]
struct Book {
    latency_us: Histogram<u64>,
    /// Arrivals before the planned instant: impossible but for a step of the clock.
    early: u64,
    /// The highest seq planned before the window and the lowest planned after it, of all that
    /// came to anyone: between them lies the window, whether its updates came or not.
    before: Option<u64>,
    after: Option<u64>,
}

/// What the clients have written in the end.
#[derive(Clone, Debug)]
pub struct Latencies {
    /// Of every update and client, in microseconds.
    pub histogram: Histogram<u64>,
    /// Arrivals before the planned instant.
    pub early: u64,
    /// How many updates were planned inside the window; `None` while nobody has received one
    /// that was planned after it.
    pub updates: Option<u64>,
}

/// An empty histogram: 1 µs to 1 h at 3 significant digits.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 3_600_000_000, 3).expect("the bounds are valid")
}

impl Shared {
    /// Nothing written yet, no window yet.
    pub fn new() -> Self {
        Self {
            window: OnceLock::new(),
            book: Mutex::new(Book {
                latency_us: histogram(),
                early: 0,
                before: None,
                after: None,
            }),
            placed: watch::Sender::new(0),
        }
    }

    /// Sets the window, once, before it begins.
    pub fn open(&self, window: Window) {
        self.window.set(window).expect("the window is set once");
    }

    /// Where an instant lies: before the window (also while there is none), in it, or after it.
    pub fn place(&self, at_us: u64) -> When {
        match self.window.get() {
            Some(window) if at_us >= window.to_us => When::After,
            Some(window) if at_us >= window.from_us => When::Inside,
            _ => When::Before,
        }
    }

    /// Notes an update outside the window: it tells where the window's own begin and end.
    pub fn delimit(&self, seq: u64, when: When) {
        let mut book = self.book();
        match when {
            When::Before => book.before = book.before.max(Some(seq)),
            When::Inside => {}
            When::After => book.after = Some(book.after.map_or(seq, |after| after.min(seq))),
        }
    }

    /// Records the arrival of an update of the window.
    pub fn record(&self, at_us: u64, arrived_us: u64) {
        let mut book = self.book();
        book.early += u64::from(arrived_us < at_us);
        // Saturating: an hour is longer than any bound of a run.
        book.latency_us
            .saturating_record(arrived_us.saturating_sub(at_us).max(1));
    }

    /// What was written.
    pub fn latencies(&self) -> Latencies {
        let book = self.book();
        Latencies {
            histogram: book.latency_us.clone(),
            early: book.early,
            updates: book
                .before
                .zip(book.after)
                .map(|(before, after)| (after - before).saturating_sub(1)),
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Shared {
    fn default() -> Self {
        Self::new()
    }
}

/// Where an instant lies relative to the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Not counted, not expected.
    Before,
    /// Counted.
    Inside,
    /// Not counted; everything inside has been sent before it.
    After,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_what_lies_between_its_neighbours_whether_it_came_or_not() {
        let shared = Shared::new();
        shared.delimit(9, When::Before);
        shared.delimit(10, When::Before);
        // 11 and 14 were lost on the way to everybody.
        shared.record(1_000, 1_500);
        shared.record(2_000, 2_500);
        assert_eq!(shared.latencies().updates, None, "nobody knows its end yet");
        shared.delimit(16, When::After);
        shared.delimit(15, When::After);
        assert_eq!(shared.latencies().updates, Some(4));
        assert_eq!(shared.latencies().histogram.len(), 2);
    }
}

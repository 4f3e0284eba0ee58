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
    /// The lowest and the highest seq planned inside the window, of all that came to anyone.
    seqs: Option<(u64, u64)>,
}

/// What the clients have written in the end.
#[derive(Clone, Debug)]
pub struct Latencies {
    /// Of every update and client, in microseconds.
    pub histogram: Histogram<u64>,
    /// Arrivals before the planned instant.
    pub early: u64,
    /// How many updates were planned inside the window.
    pub updates: u64,
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
                seqs: None,
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

    /// Records the arrival of an update of the window.
    pub fn record(&self, seq: u64, at_us: u64, arrived_us: u64) {
        let mut book = self.book();
        book.early += u64::from(arrived_us < at_us);
        // Saturating: an hour is longer than any bound of a run.
        book.latency_us
            .saturating_record(arrived_us.saturating_sub(at_us).max(1));
        let (lowest, highest) = book.seqs.unwrap_or((seq, seq));
        book.seqs = Some((lowest.min(seq), highest.max(seq)));
    }

    /// What was written.
    pub fn latencies(&self) -> Latencies {
        let book = self.book();
        Latencies {
            histogram: book.latency_us.clone(),
            early: book.early,
            updates: book
                .seqs
                .map_or(0, |(lowest, highest)| highest - lowest + 1),
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

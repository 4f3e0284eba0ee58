//! The state that the clients of a run share.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use tokio::sync::watch;

use crate::client::{
    arrival::Arrival,
    common_feed::{self, CommonFeed},
    pulse::Pulse,
    window::{When, Window},
};

/// Brokers may store the updates of two publishers in another order than that of their times. This
/// is longer than they take to store an update, unless one of them fails.
const LONGEST_STORING: Duration = Duration::from_secs(1);

/// The state that all clients read and write.
#[derive(Debug)]
pub struct Shared {
    window: OnceLock<Window>,
    book: Mutex<Book>,
    has_several_publishers: bool,
    /// Detects whether this process is on time.
    pub pulse: Pulse,
    /// Number of clients that have received their first update.
    pub placed: watch::Sender<usize>,
    /// The time from which publishing clients count their turns, in microseconds since the Unix epoch;
    /// `None` while they wait for each other.
    pub publishing: watch::Sender<Option<u64>>,
}

/// The records of all clients.
#[derive(Clone, Debug)]
pub struct Book {
    /// Time from the planned time to the arrival, of every update and client, in microseconds.
    pub latency_us: Histogram<u64>,
    /// Time from the start of a client's first connect to its first update.
    pub first_update_us: Histogram<u64>,
    /// Time from the planned time of a publish until the server accepted it.
    pub accepted_us: Histogram<u64>,
    /// Time from the planned time of a publish until its publisher received the update.
    pub round_trip_us: Histogram<u64>,
    /// Time from the arrival of an update at this machine until it was read, for each read.
    pub read_delay_us: Histogram<u64>,
    /// Delay of updates caused by a late request of a client.
    pub ask_again_us: Histogram<u64>,
    /// Arrivals before the planned time, which only a step of the clock can cause.
    pub early: u64,
    /// Arrivals with the time of the read, because they have no kernel timestamp.
    pub without_timestamp: u64,
    /// Arrivals in the same read as a later one, whose timestamp they have, except updates of one
    /// response.
    pub sharing_timestamp: u64,
    /// Arrivals whose time may be wrong because this process was late.
    pub touched: u64,
    /// Planned times of publishes that were sent or received while this process was late.
    pub touched_publishes: BTreeSet<u64>,
    /// The highest received seq planned before the window, and the lowest planned after it. The updates
    /// of the window are between them, received or not.
    before: Option<u64>,
    after: Option<u64>,
    /// The updates themselves, if there are several publishers or servers.
    pub common_feed: Option<CommonFeed>,
}

impl Book {
    fn empty() -> Self {
        Self {
            latency_us: histogram(),
            first_update_us: histogram(),
            accepted_us: histogram(),
            round_trip_us: histogram(),
            read_delay_us: histogram(),
            ask_again_us: histogram(),
            early: 0,
            without_timestamp: 0,
            sharing_timestamp: 0,
            touched: 0,
            touched_publishes: BTreeSet::new(),
            before: None,
            after: None,
            common_feed: None,
        }
    }

    /// Number of updates planned inside the window; `None` until a client has received an update that was
    /// planned after it.
    pub fn updates(&self) -> Option<u64> {
        if let Some(feed) = &self.common_feed {
            return feed.updates();
        }
        let between = self.before.zip(self.after);
        between.map(|(before, after)| after.saturating_sub(before).saturating_sub(1))
    }

    fn late(&mut self, from_us: u64, to_us: u64) -> u64 {
        self.early += u64::from(to_us < from_us);
        to_us.saturating_sub(from_us)
    }
}

/// An empty histogram: 1 µs to 1 h at 3 significant digits.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 3_600_000_000, 3).expect("the bounds are valid")
}

impl Shared {
    /// Empty records without a window.
    pub fn new() -> Self {
        Self {
            window: OnceLock::new(),
            book: Mutex::new(Book::empty()),
            has_several_publishers: false,
            pulse: Pulse::default(),
            placed: watch::Sender::new(0),
            publishing: watch::Sender::new(None),
        }
    }

    /// For clients of a feed with several publishers, or of several servers. What they receive is
    /// compared.
    pub fn of_several_publishers() -> Self {
        let shared = Self {
            has_several_publishers: true,
            ..Self::new()
        };
        shared.book().common_feed = Some(CommonFeed::default());
        shared
    }

    /// For clients that end with their first update, because everything is after this window.
    pub fn of_the_past() -> Self {
        let shared = Self::new();
        shared.open(Window {
            from_us: 0,
            to_us: 0,
        });
        shared
    }

    /// The window, once it is set.
    pub fn window(&self) -> Option<Window> {
        self.window.get().copied()
    }

    /// Sets the window, once, before it begins.
    pub fn open(&self, window: Window) {
        self.window.set(window).expect("the window is set once");
    }

    /// The position of a time: before the window (also while there is none), in it, or after it.
    pub fn place(&self, at_us: u64) -> When {
        match self.window.get() {
            Some(window) if at_us >= window.to_us => When::After,
            Some(window) if at_us >= window.from_us => When::Inside,
            _ => When::Before,
        }
    }

    /// Whether a client that has received an update of this time has received all updates of the
    /// window.
    pub fn is_complete(&self, at_us: u64) -> bool {
        let storing_us = match self.has_several_publishers {
            true => LONGEST_STORING.as_micros() as u64,
            false => 0,
        };
        self.place(at_us.saturating_sub(storing_us)) == When::After
    }

    /// Records an update outside the window, which delimits the window's updates.
    pub fn delimit(&self, seq: u64, when: When) {
        if when == When::Inside {
            return;
        }
        let mut book = self.book();
        match when {
            When::Before => book.before = book.before.max(Some(seq)),
            When::Inside => {}
            When::After => book.after = Some(book.after.map_or(seq, |after| after.min(seq))),
        }
    }

    /// Records the text of an update, to compare it with that of other clients, if there are several
    /// publishers or servers.
    pub fn compare(&self, seq: u64, text: &[u8], when: When) {
        if self.has_several_publishers {
            let text_hash = common_feed::text_hash(text);
            let mut book = self.book();
            let feed = book.common_feed.get_or_insert_default();
            feed.receive(seq, text_hash, when);
        }
    }

    /// Records the arrival of an update of the window. `shares_read`: the same read
    /// returned an earlier update, which has the timestamp of this one and appears too late, unless
    /// both are in one response and arrived together.
    pub fn record(&self, at_us: u64, arrival: Arrival, shares_read: bool) {
        let shares_timestamp = shares_read && arrival.request.is_none();
        let mut book = self.book();
        let late = book.late(at_us, arrival.at_us);
        note(&mut book.latency_us, late);
        let unsure = match arrival.read_delay_us {
            Some(delay_us) if !shares_read => {
                note(&mut book.read_delay_us, delay_us);
                false
            }
            Some(_) => shares_timestamp,
            None => {
                book.without_timestamp += 1;
                true
            }
        };
        if let Some(request) = arrival.request {
            book.ask_again_us.saturating_record(request.delays(at_us));
        }
        book.sharing_timestamp += u64::from(shares_timestamp);
        book.touched += u64::from(unsure && self.pulse.is_late(Instant::now()));
    }

    /// Records the time from the start of a client's connect to its first update.
    pub fn record_first(&self, waited: Duration) {
        note(&mut self.book().first_update_us, waited.as_micros() as u64);
    }

    /// Records the return of a client's own update: planned, accepted, arrived.
    pub fn record_return(&self, planned_us: u64, at_us: u64, arrival: Arrival) {
        let arrived_us = arrival.at_us;
        let mut book = self.book();
        let accepted = book.late(planned_us, at_us);
        note(&mut book.accepted_us, accepted);
        let round_trip = book.late(planned_us, arrived_us);
        note(&mut book.round_trip_us, round_trip);
        drop(book);
        if arrival.read_delay_us.is_none() {
            self.record_publish(planned_us);
        }
    }

    /// Records that a publish of the window is sent now, or received now without a kernel timestamp.
    pub fn record_publish(&self, planned_us: u64) {
        if self.pulse.is_late(Instant::now()) {
            self.book().touched_publishes.insert(planned_us);
        }
    }

    /// The records so far.
    pub fn noted(&self) -> Book {
        self.book().clone()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Records a time, at most the histogram's limit of an hour, which is longer than any run.
fn note(histogram: &mut Histogram<u64>, us: u64) {
    histogram.saturating_record(us.max(1));
}

impl Default for Shared {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::arrival::RequestTiming;

    /// The state of clients in a process that is late.
    fn late() -> Shared {
        let (shared, long_ago) = (Shared::new(), Instant::now());
        std::thread::sleep(Duration::from_millis(2));
        shared.pulse.begin(long_ago, 1_000);
        shared
    }

    #[test]
    fn the_window_is_between_its_neighbours_even_if_updates_are_lost() {
        let shared = Shared::new();
        shared.delimit(9, When::Before);
        shared.delimit(10, When::Before);
        // 11 and 14 were lost for all clients.
        shared.record(1_000, Arrival::read_at(1_500, 1), false);
        shared.record(2_000, Arrival::read_at(2_500, 2), false);
        assert_eq!(shared.noted().updates(), None, "its end is not known yet");
        shared.delimit(16, When::After);
        shared.delimit(15, When::After);
        assert_eq!(shared.noted().updates(), Some(4));
        assert_eq!(shared.noted().latency_us.len(), 2);
    }

    #[test]
    fn an_update_of_the_window_may_be_stored_after_a_later_one() {
        for (shared, complete_us) in [
            (Shared::new(), 20),
            (Shared::of_several_publishers(), 1_000_020),
        ] {
            shared.open(Window {
                from_us: 10,
                to_us: 20,
            });
            assert!(!shared.is_complete(complete_us - 1));
            assert!(shared.is_complete(complete_us));
        }
    }

    #[test]
    fn updates_of_one_read_share_its_time_unless_they_are_one_response() {
        let shared = late();
        let request = RequestTiming {
            reached_us: 1_200,
            late_us: 0,
            is_held: true,
        };
        // Of a stream, and of a response.
        for request in [None, Some(request)] {
            let arrival = Arrival {
                read_delay_us: Some(300),
                request,
                ..Arrival::read_at(1_500, 1)
            };
            shared.record(1_000, arrival, false);
            shared.record(1_100, arrival, true);
        }
        let noted = shared.noted();
        assert_eq!((noted.sharing_timestamp, noted.touched), (1, 1));
        assert_eq!(noted.read_delay_us.len(), 2, "one of each read");
    }

    #[test]
    fn records_of_a_late_process_are_counted() {
        let shared = Shared::new();
        shared.record(1_000, Arrival::read_at(1_500, 1), false);
        assert_eq!(shared.noted().touched, 0, "there is no watchdog");
        let shared = late();
        shared.record(1_000, Arrival::read_at(1_500, 1), false);
        shared.record_publish(1_000);
        shared.record_return(1_000, 1_500, Arrival::read_at(1_600, 2));
        let noted = shared.noted();
        assert_eq!((noted.touched, noted.touched_publishes.len()), (1, 1));
    }
}

//! The reasons that make a run invalid, and its warnings.

use server::Transport;

use super::{arrival_time, evidence::Evidence};
use crate::{
    client::{common_feed::CommonFeed, ledger::Ledger, publisher::Publisher, shared::Book},
    measure::{interval, warning::Warning},
    record::{
        Again, ArrivalTime, Class, Direction, Invalid, Measurement, Percentiles,
        invalid::LATE_REQUESTS,
    },
};

/// A lateness below this share of the median latency is negligible.
const NEGLIGIBLE: f64 = 0.01;
/// If a larger share of the updates arrived while the generator was late, the 99th percentile may
/// be its own delay.
const TOUCHED: f64 = 0.01;
/// The same for fewer than 100 updates, for which no 99th percentile is shown.
const TOUCHED_OF_FEW: f64 = 0.1;
/// Above this share of the cores that run its clients, the generator may be the bottleneck.
const BUSY: f64 = 0.9;
/// If updates use a larger share of the bandwidth, they queue.
const FULL: f64 = 0.95;

impl Evidence<'_> {
    /// The reason why the run is invalid, if it is. `row` has the counted fields.
    pub(super) fn reason(
        &self,
        row: &Measurement,
        book: &Book,
        in_window: &Ledger,
    ) -> Option<Invalid> {
        // First: a changed clock causes other errors, which would hide the real reason.
        let clock_step_us = self.findings.clock_step_us.or(self.results.clock_off_us);
        let difference = book.common_feed.as_ref().and_then(CommonFeed::difference);
        let failure = self.results.failures.first();
        let nothing = in_window.deliveries == 0 && !self.scenario.is_silent();
        let unexplained_bytes = row.unexplained_bytes.filter(|&bytes| bytes != 0);
        clock_step_us
            .map(Invalid::ClockStepped)
            .or(self.server_ended.clone().map(Invalid::ServerEnded))
            .or(difference.map(Invalid::DifferentFeeds))
            .or(failure.map(|failure| Invalid::ClientFailed(failure.to_string())))
            .or_else(|| self.of_the_feed(book))
            .or_else(|| of_the_delivery(row))
            .or_else(|| self.of_the_machine(book))
            .or(nothing.then_some(Invalid::NothingWhole))
            .or(unexplained_bytes.map(Invalid::UnexplainedBytes))
    }

    /// Does the feed contain the updates that were planned in the window?
    fn of_the_feed(&self, book: &Book) -> Option<Invalid> {
        let found = book.updates()?;
        if self.scenario.direction == Direction::Up {
            let planned = self.turns_inside();
            let returned = self.results.count(|receiver| receiver.returned);
            return match planned {
                0 => Some(Invalid::NothingPlanned),
                _ if planned == returned => None,
                _ => Some(Invalid::PublishLost { planned, returned }),
            };
        }
        if found == 0 && !self.scenario.is_silent() {
            return Some(Invalid::NothingPlanned);
        }
        let planned = self.scenario.updates()?;
        // A window may begin and end between two planned times. A silent window has no update.
        let off = (found as f64 - planned).abs() > if planned > 0.0 { 1.0 } else { 0.0 };
        off.then_some(Invalid::OffRate { planned, found })
    }

    /// Are the times reliable? If arrivals have the kernel's timestamp, a late read does no harm, but a
    /// late request or publish does.
    fn of_the_machine(&self, book: &Book) -> Option<Invalid> {
        let bound_us = self.tolerable_us(book);
        let early = (book.early > 0).then_some(Invalid::EarlyArrival(book.early));
        let is_read = arrival_time(book) == Some(ArrivalTime::Read);
        let late_us = self.findings.late_us_p99;
        let late = late_us.filter(|&late_us| is_read && late_us > bound_us);
        let paused = self.touched(book).filter(Touched::is_too_much);
        let busy = self
            .findings
            .cpu_share
            .filter(|&share| is_read && share > BUSY);
        early
            .or(late.map(Invalid::GeneratorLate))
            .or(paused.map(|Touched { what, share, .. }| Invalid::GeneratorPaused { what, share }))
            .or(busy.map(Invalid::GeneratorBusy))
            .or_else(|| late_requests(book))
    }

    /// The largest lateness of the generator that does not change its results, in microseconds.
    fn tolerable_us(&self, book: &Book) -> u64 {
        let noted = [&book.latency_us, &book.accepted_us, &book.round_trip_us];
        let noted = noted.iter().filter(|times| !times.is_empty());
        let medians = noted.map(|times| times.value_at_quantile(0.5));
        let least_us = medians.min().unwrap_or(0) as f64;
        self.findings.bound_us.max((least_us * NEGLIGIBLE) as u64)
    }

    /// The updates or the publishes, whichever have the larger share, that arrived while the generator
    /// was late; `None` if the lateness was tolerable.
    fn touched(&self, book: &Book) -> Option<Touched> {
        let worst = self.findings.late_us_max?;
        let touched = |what, count: u64, of: u64| Touched {
            what,
            count,
            of,
            share: count as f64 / of.max(1) as f64,
        };
        let updates = touched("updates", book.touched, book.latency_us.len());
        let count = book.touched_publishes.len() as u64;
        let publishes = touched("publishes", count, book.round_trip_us.len());
        let more = match publishes.share > updates.share {
            true => publishes,
            false => updates,
        };
        (worst > self.tolerable_us(book) && more.count > 0).then_some(more)
    }

    /// The warning if messages waited for earlier ones.
    fn queue(&self, in_window: &Ledger) -> Option<Warning> {
        let waited = self.results.publishers();
        let waited = waited.map(|publisher| publisher.waited).sum();
        if waited > 0 {
            return Some(Warning::PublishQueued { waited });
        }
        let scenario = self.scenario;
        let available = scenario.bandwidth?.bit_per_s() as f64
            * scenario.duration.as_secs_f64()
            * scenario.clients as f64;
        // A response follows its request. A stream does not wait for the opposite direction.
        let follows = Again::of(self.transport, scenario.interval) != Again::KeptOpen;
        let bits = |ledger: &Ledger, follows| {
            let of = |way| {
                Class::on_socket()
                    .iter()
                    .map(move |&class| ledger.bytes_of(&[way], class))
            };
            let (up, down): (u64, u64) = (of(Direction::Up).sum(), of(Direction::Down).sum());
            8.0 * if follows { up + down } else { up.max(down) } as f64
        };
        let publishers = self.results.publishers();
        let published: Ledger = publishers.map(Publisher::window_ledger).sum();
        let posts = self.transport != Transport::WebSocket;
        let share = bits(in_window, follows).max(bits(&published, posts)) / available;
        (share > FULL).then_some(Warning::LinkFull(share))
    }

    /// The warnings of the run.
    pub(super) fn warnings(&self, book: &Book, in_window: &Ledger) -> Vec<Warning> {
        let hiccup = self.touched(book).filter(|touched| !touched.is_too_much());
        let hiccup = hiccup.zip(self.findings.late_us_max);
        let hiccup = hiccup.map(|(touched, late_us)| Warning::GeneratorHiccup {
            what: touched.what,
            count: touched.count,
            late_us,
        });
        let is_timed = arrival_time(book) == Some(ArrivalTime::Kernel);
        let untimed = (is_timed && book.without_timestamp > 0).then_some(book.without_timestamp);
        let read_delay_us = Percentiles::of(&book.read_delay_us).p99;
        let read_late = read_delay_us.filter(|&late_us| late_us > self.findings.bound_us);
        let first_turns = self.scenario.period() * self.scenario.clients as u32;
        let cold = self.scenario.direction == Direction::Up && self.scenario.warm_up < first_turns;
        let slow = cfg!(debug_assertions).then_some(Warning::NotOptimised);
        let again = self.again.as_ref();
        let again = again.and_then(|again| again.failures.first());
        let silent = self.scenario.is_silent() && self.idle().is_none();
        let busy = self.findings.cpu_share.filter(|&share| share > BUSY);
        [
            hiccup,
            busy.map(Warning::GeneratorBusy),
            read_late.map(Warning::ReadLate),
            untimed.map(Warning::NoTimestamp),
            self.queue(in_window),
            slow,
            cold.then_some(Warning::ColdPublish),
            again.map(|failure| Warning::NoReconnect(failure.to_string())),
            silent.then_some(Warning::NoSignOfLife),
        ]
        .into_iter()
        .flatten()
        .chain(interval::warnings(self.transport, self.scenario, in_window))
        .collect()
    }
}

/// Did clients send their next request in time?
fn late_requests(book: &Book) -> Option<Invalid> {
    let late_us = Percentiles::of(&book.ask_again_us).p99?;
    let median_us = Percentiles::of(&book.latency_us).p50?;
    (late_us as f64 > median_us as f64 * LATE_REQUESTS).then_some(Invalid::AskedLate(late_us))
}

/// Updates or publishes that arrived while the generator was late.
struct Touched {
    what: &'static str,
    count: u64,
    of: u64,
    share: f64,
}

impl Touched {
    /// Whether it changes a percentile that is shown: the 99th of 100 or more, the median of fewer.
    fn is_too_much(&self) -> bool {
        let most = if self.of < 100 {
            TOUCHED_OF_FEW
        } else {
            TOUCHED
        };
        self.share > most
    }
}

/// Was every update delivered exactly once and in order?
fn of_the_delivery(row: &Measurement) -> Option<Invalid> {
    let (lost, duplicated, reordered) = (row.lost, row.duplicated, row.reordered);
    if lost + duplicated + reordered > 0 {
        return Some(Invalid::BadDelivery {
            lost,
            duplicated,
            reordered,
        });
    }
    let (expected, received) = (row.updates_expected, row.updates_received);
    (received > expected).then_some(Invalid::TooMany { expected, received })
}

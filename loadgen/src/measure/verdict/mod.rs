//! Is it a measurement or an error, and what does it say?

mod reasons;
mod void;

use std::{process::ExitStatus, time::Duration};

use server::Transport;

use crate::{
    client::{Client, ledger::Ledger, publisher::Publisher, shared::Book},
    measure::{bytes::per, clients::Clients, invalid::Invalid, usage::Usage, watchdog::Findings},
    record::{
        Class, Direction,
        bytes::{ByDirection, Bytes, BytesPerUpdate},
        header_profile::{ARTICLE_RESPONSE_BYTES, HeaderProfile},
        measurement::{LatencyUs, Measurement, Publish, ServerCost},
        scenario::Scenario,
    },
};

/// Everything that was seen of a run.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// Which of the eight.
    pub transport: Transport,
    /// Under which conditions.
    pub scenario: &'a Scenario,
    /// What the clients received.
    pub clients: &'a Clients,
    /// What they received when they came back, if they were to.
    pub again: Option<&'a Clients>,
    /// What the load generator sent and received besides, so that there was something to receive.
    pub besides: Ledger,
    /// What the server had used before the clients came, and at both ends of the window.
    pub usage: [Option<Usage>; 3],
    /// What the load generator found of itself, from the window's begin to the end of the drain.
    pub findings: Findings,
    /// With what the server ended, if it was not there to the end.
    pub server_ended: Option<ExitStatus>,
}

impl Evidence<'_> {
    /// The row: numbers, or a reason and none.
    pub fn measurement(&self) -> (Measurement, Option<Invalid>) {
        let book = self.clients.shared.noted();
        let in_window = sum(self.clients, |client| client.marks.window());
        let row = self.row(&book, &in_window);
        let void = self.reason(&row, &book, &in_window);
        let row = Measurement {
            warnings: self
                .warnings(&book, &in_window)
                .iter()
                .map(Invalid::words)
                .collect(),
            ..row
        };
        let row = match &void {
            Some(why) => row.void(self.scenario, why),
            None => row,
        };
        (row, void)
    }

    fn row(&self, book: &Book, in_window: &Ledger) -> Measurement {
        let Self {
            scenario, findings, ..
        } = *self;
        let published = self.publishers().map(|publisher| publisher.ledger).sum();
        let again = self.again.map(|again| sum(again, |client| client.ledger));
        let whole = sum(self.clients, |client| client.ledger)
            + published
            + again.unwrap_or_default()
            + self.besides;
        let updates_expected = book.updates().unwrap_or(0) * scenario.clients as u64;
        let updates_received = self.count(|client| client.received.audit.received);
        let packets = in_window.knows_packets().then_some(in_window.packets);
        let per_update = BytesPerUpdate::of(in_window);
        let by_arithmetic = (scenario.header_profile == HeaderProfile::Article2009)
            .then(|| per_update.with_response_heads_of(in_window, ARTICLE_RESPONSE_BYTES as u64));
        let (reconnect_us, reconnect_bytes) = self.reconnect();
        let started = Measurement::none(self.transport, scenario, &Invalid::NothingPlanned);
        Measurement {
            updates_expected,
            updates_received,
            lost: updates_expected.saturating_sub(updates_received),
            duplicated: self.count(|client| client.received.audit.duplicated),
            reordered: self.count(|client| client.received.audit.reordered),
            reconnects: self.count(|client| client.reconnects),
            latency_us: LatencyUs::of(&book.latency_us),
            first_update_us: LatencyUs::of(&book.first_update_us),
            bytes_per_update: per_update,
            bytes_per_update_by_direction: Some(ByDirection::of(|ways| {
                BytesPerUpdate::of_ways(in_window, ways)
            })),
            bytes_per_update_by_arithmetic: by_arithmetic,
            bytes_total: Bytes::total(&whole),
            bytes_total_by_direction: Some(ByDirection::of(|ways| Bytes::total_of(&whole, ways))),
            unexplained_bytes: Some(whole.unexplained()),
            requests_per_update: per(in_window.requests, in_window.deliveries),
            packets_per_update: packets.and_then(|packets| per(packets, in_window.deliveries)),
            idle_bytes_per_client_minute: self.idle(),
            reconnect_us,
            reconnect_bytes,
            publish: self.publish(book),
            server: self.cost(updates_received),
            generator_late_us_p99: findings.late_us_p99,
            generator_late_us_max: findings.late_us_max,
            generator_cpu_share: findings.cpu_share,
            error: None,
            ..started
        }
    }

    /// What a client costs while nothing is published, over whole cycles of it.
    fn idle(&self) -> Option<f64> {
        let quiet = self.clients.ended.iter().map(|client| client.marks.quiet());
        let quiet: Option<Vec<_>> = quiet.collect();
        let quiet = quiet.filter(|_| self.scenario.is_silent())?;
        let bytes = quiet.iter().map(|(_, ledger)| ledger.all_bytes()).sum();
        let time: Duration = quiet.iter().map(|(time, _)| *time).sum();
        per(bytes, 1)
            .map(|bytes| bytes / time.as_secs_f64() * 60.0)
            .filter(|bytes| bytes.is_finite())
            .map(|bytes| (bytes * 10.0).round() / 10.0)
    }

    /// How long it took to come back, and the bytes of it around the update that was waiting.
    fn reconnect(&self) -> (LatencyUs, Option<f64>) {
        let Some(again) = self.again.filter(|again| again.failures.is_empty()) else {
            return (LatencyUs::default(), None);
        };
        let ledger = sum(again, |client| client.ledger);
        let around = ledger.all_bytes() - ledger.bytes(Class::Payload);
        let us = LatencyUs::of(&again.shared.noted().first_update_us);
        (us, per(around, again.ended.len() as u64))
    }

    fn publish(&self, book: &Book) -> Option<Publish> {
        let in_window: Ledger = self.publishers().map(Publisher::window_ledger).sum();
        let packets = in_window.knows_packets().then_some(in_window.packets);
        (self.scenario.direction == Direction::Up).then(|| Publish {
            count: self.turns_inside(),
            accepted_us: LatencyUs::of(&book.accepted_us),
            round_trip_us: LatencyUs::of(&book.round_trip_us),
            bytes_per_publish: BytesPerUpdate::of(&in_window),
            packets_per_publish: packets.and_then(|packets| per(packets, in_window.deliveries)),
        })
    }

    fn cost(&self, deliveries: u64) -> ServerCost {
        let [Some(before), Some(at_start), Some(at_end)] = self.usage else {
            return ServerCost::default();
        };
        let cpu_us = at_end.cpu_ns.saturating_sub(at_start.cpu_ns) / 1000;
        let grown = at_end.rss_bytes.saturating_sub(before.rss_bytes);
        ServerCost {
            cpu_us_per_update: per(cpu_us, deliveries),
            rss_bytes: Some(at_end.rss_bytes),
            rss_bytes_per_client: per(grown, self.scenario.clients as u64),
        }
    }

    fn publishers(&self) -> impl Iterator<Item = &Publisher> {
        let clients = self.clients.ended.iter();
        clients.filter_map(|client| client.publisher.as_ref())
    }

    fn turns_inside(&self) -> u64 {
        let shared = &self.clients.shared;
        self.publishers()
            .map(|publisher| publisher.own.turns_inside(shared))
            .sum()
    }

    fn count(&self, count: impl Fn(&Client) -> u64) -> u64 {
        self.clients.ended.iter().map(count).sum()
    }
}

fn sum(clients: &Clients, ledger: impl Fn(&Client) -> Ledger) -> Ledger {
    clients.ended.iter().map(ledger).sum()
}

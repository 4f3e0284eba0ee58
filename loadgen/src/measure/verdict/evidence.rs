//! What was seen of a run?

use std::{process::ExitStatus, time::Duration};

use server::Transport;

use crate::{
    client::{Client, ledger::Ledger, publisher::Publisher},
    measure::{bytes::per, clients::Clients, usage::Usage, watchdog::Findings},
    record::Scenario,
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
    /// What a client costs while nothing is published, over whole cycles of it.
    pub(super) fn idle(&self) -> Option<f64> {
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

    /// The clients' publishers, where clients publish.
    pub(super) fn publishers(&self) -> impl Iterator<Item = &Publisher> {
        let clients = self.clients.ended.iter();
        clients.filter_map(|client| client.publisher.as_ref())
    }

    /// Publishes planned inside the window.
    pub(super) fn turns_inside(&self) -> u64 {
        let shared = &self.clients.shared;
        self.publishers()
            .map(|publisher| publisher.own.turns_inside(shared))
            .sum()
    }

    /// A count over all clients.
    pub(super) fn count(&self, count: impl Fn(&Client) -> u64) -> u64 {
        self.clients.ended.iter().map(count).sum()
    }
}

/// The ledger of all clients.
pub(super) fn sum(clients: &Clients, ledger: impl Fn(&Client) -> Ledger) -> Ledger {
    clients.ended.iter().map(ledger).sum()
}

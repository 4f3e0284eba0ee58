//! What was seen of a run?

use std::time::Duration;

use server::Transport;

use crate::{
    client::{ledger::Ledger, publisher::Publisher},
    measure::{bytes::per, receivers::ReceiverResults, rig::Reading, watchdog::Findings},
    record::Scenario,
};

/// Everything that was seen of a run.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// Which of the eight.
    pub transport: Transport,
    /// Under which conditions.
    pub scenario: &'a Scenario,
    /// What the receivers received and sent.
    pub results: ReceiverResults,
    /// The same when they came back, if they were to.
    pub again: Option<ReceiverResults>,
    /// What the load generator sent and received besides, so that there was something to receive.
    pub besides: Ledger,
    /// What was used before the clients came, and up to both ends of the window.
    pub readings: [Reading; 3],
    /// What the load generator found of itself, from the window's begin to the end of the drain.
    pub findings: Findings,
    /// How the server ended, if it was not there to the end.
    pub server_ended: Option<String>,
}

impl Evidence<'_> {
    /// What a client costs while nothing is published, over whole cycles of it.
    pub(super) fn idle(&self) -> Option<f64> {
        let quiet = self.results.receivers.iter();
        let quiet = quiet.map(|receiver| receiver.marks.quiet());
        let quiet: Option<Vec<_>> = quiet.collect();
        let quiet = quiet.filter(|_| self.scenario.is_silent())?;
        let bytes = quiet.iter().map(|(_, ledger)| ledger.all_bytes()).sum();
        let time: Duration = quiet.iter().map(|(time, _)| *time).sum();
        per(bytes, 1)
            .map(|bytes| bytes / time.as_secs_f64() * 60.0)
            .filter(|bytes| bytes.is_finite())
            .map(|bytes| (bytes * 10.0).round() / 10.0)
    }

    /// Publishes planned inside the window.
    pub(super) fn turns_inside(&self) -> u64 {
        let turns = |publisher: &Publisher| publisher.own.turns_inside(&self.results.shared);
        self.results.publishers().map(turns).sum()
    }
}

//! The observations of a run.

use std::time::Duration;

use server::Transport;

use crate::{
    client::{ledger::Ledger, publisher::Publisher},
    measure::{receivers::ReceiverResults, rig::Reading, watchdog::Findings},
    record::Scenario,
};

/// All observations of a run.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The transport.
    pub transport: Transport,
    /// The conditions.
    pub scenario: &'a Scenario,
    /// The updates, bytes and times of the receivers.
    pub results: ReceiverResults,
    /// The same for the reconnect, if the scenario asks for one.
    pub again: Option<ReceiverResults>,
    /// Bytes of the updates that the load generator published to fill the feed.
    pub fill_ledger: Ledger,
    /// Resource usage before the first client, at the start and at the end of the window.
    pub readings: [Reading; 3],
    /// The watchdog's findings, from the start of the window to the end of the drain.
    pub findings: Findings,
    /// How the server ended, if it ended during the run.
    pub server_ended: Option<String>,
}

impl Evidence<'_> {
    /// Bytes of an idle client per minute, over whole cycles.
    pub(super) fn idle(&self) -> Option<f64> {
        let receivers = self.results.receivers.iter();
        let quiet: Option<Vec<_>> = receivers.map(|receiver| receiver.marks.quiet()).collect();
        let quiet = quiet.filter(|_| self.scenario.is_silent())?;
        let bytes: u64 = quiet.iter().map(|(_, ledger)| ledger.all_bytes()).sum();
        let time: Duration = quiet.iter().map(|(time, _)| *time).sum();
        let per_minute = bytes as f64 / time.as_secs_f64() * 60.0;
        let rounded = (per_minute * 10.0).round() / 10.0;
        rounded.is_finite().then_some(rounded)
    }

    /// Publishes planned inside the window.
    pub(super) fn turns_inside(&self) -> u64 {
        let turns = |publisher: &Publisher| publisher.own.turns_inside(&self.results.shared);
        self.results.publishers().map(turns).sum()
    }
}

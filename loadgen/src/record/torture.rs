//! The result of `loadgen torture`: what clients received while brokers and servers failed.

use serde::{Deserialize, Serialize};
use server::Transport;

/// The file of a record with this result.
pub const TORTURE: &str = "torture.json";

/// The result for all transports. Units are part of the names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Torture {
    /// Time for which updates were published.
    pub duration_s: f64,
    /// Number of brokers, each of which stores all updates.
    pub brokers: usize,
    /// Their version, as they print it.
    pub broker: Option<String>,
    /// Number of servers.
    pub servers: usize,
    /// Number of clients of each transport.
    pub clients: usize,
    /// Updates per second, while publishing is possible.
    pub rate_per_s: f64,
    /// The updates that were published.
    pub published: TorturePublishing,
    /// What the clients of each transport received.
    pub transports: Vec<TortureTransport>,
    /// Reading all updates from each server after the faults.
    pub histories: Vec<TortureHistory>,
    /// The faults, in order.
    pub faults: Vec<Fault>,
}

/// The published updates, and whether the feed contains each of them once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TorturePublishing {
    /// Updates of the publishers that a server acknowledged.
    pub acknowledged: u64,
    /// Updates of the servers' tickers, of which one publishes at a time.
    pub ticks: u64,
    /// Requests that were repeated because they failed or were not answered.
    pub retries: u64,
    /// Updates that were never acknowledged. They may be in the feed.
    pub unacknowledged: u64,
    /// Acknowledged updates that are not in the feed at the acknowledged position.
    pub lost: u64,
    /// Updates that are in the feed more than once.
    pub duplicated: u64,
    /// Updates of a publisher that come before its previous one in the feed.
    pub reordered: u64,
    /// Median time until the acknowledgement of an update, without retries.
    pub acknowledged_us_p50: Option<u64>,
    /// 99th percentile of the same time.
    pub acknowledged_us_p99: Option<u64>,
}

/// What the clients of a transport received, in total.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TortureTransport {
    /// The transport.
    pub transport: Transport,
    #[serde(flatten)]
    #[expect(missing_docs, reason = "the fields are documented")]
    pub received: ReceivedCounts,
    /// Connections after the first of each client.
    pub reconnects: u64,
    /// Requests that a server did not serve: it was starting, or without the stream.
    pub rejected: u64,
    /// The longest time that a client was without an update.
    pub longest_silence_s: f64,
}

/// Counts of received updates and notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedCounts {
    /// Received updates.
    pub deliveries: u64,
    /// Notices that updates were missed.
    pub missed_notices: u64,
    /// The number of updates in these notices.
    pub missed_updates: u64,
    /// Notices that the feed started over.
    pub started_over_notices: u64,
    /// Updates that a client did not receive, without a notice.
    pub silent_losses: u64,
    /// Updates that a client had received before, without a notice.
    pub duplicates: u64,
    /// Updates that differ from those of another client at the same position, and texts that are
    /// neither an update nor a notice.
    pub mismatches: u64,
}

/// All updates, read from one server after the faults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TortureHistory {
    /// The name of the server.
    pub server: String,
    #[serde(flatten)]
    #[expect(missing_docs, reason = "the fields are documented")]
    pub received: ReceivedCounts,
}

/// A fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// When it began, from the start of publishing.
    pub at_s: f64,
    /// What it was.
    pub what: String,
    /// Time until it was repaired.
    pub lasted_s: f64,
    /// Time from its beginning until every client had received an update that was published after
    /// the beginning; null if that did not happen.
    pub recovered_s: Option<f64>,
    /// Time from its repair until every client had received an update that was published after the
    /// repair; null if that did not happen.
    pub recovered_after_repair_s: Option<f64>,
}

impl Fault {
    /// Whether every client received updates during or after the fault, and after its repair.
    fn is_over(&self) -> bool {
        self.recovered_s.is_some() && self.recovered_after_repair_s.is_some()
    }
}

impl ReceivedCounts {
    /// Whether everything arrived once, or with a notice.
    pub fn is_correct(&self) -> bool {
        self.silent_losses + self.duplicates + self.mismatches == 0
    }

    /// The notices of both kinds.
    pub fn notices(&self) -> u64 {
        self.missed_notices + self.started_over_notices
    }

    /// Adds the counts of another client.
    pub fn add(&mut self, other: &Self) {
        self.deliveries += other.deliveries;
        self.missed_notices += other.missed_notices;
        self.missed_updates += other.missed_updates;
        self.started_over_notices += other.started_over_notices;
        self.silent_losses += other.silent_losses;
        self.duplicates += other.duplicates;
        self.mismatches += other.mismatches;
    }
}

impl Torture {
    /// Whether every client received every update exactly once. The servers keep all updates, so a
    /// notice would be wrong.
    pub fn is_passed(&self) -> bool {
        let published = &self.published;
        let transports = self.transports.iter().map(|row| &row.received);
        let mut received = transports.chain(self.histories.iter().map(|row| &row.received));
        let wrong =
            published.lost + published.duplicated + published.reordered + published.unacknowledged;
        received.all(|counts| counts.is_correct() && counts.notices() == 0)
            && published.acknowledged > 0
            && wrong == 0
            && self.faults.iter().all(Fault::is_over)
    }
}

//! Why is a run no measurement, or one to be taken with care? Every reason, and what to do.

use std::process::ExitStatus;

use thiserror::Error;

use crate::record::again::Again;

/// A reason for distrust. Its words stand in the row: `code: what happened; what to do`.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Invalid {
    // These void the run.
    #[error("{0}")]
    NotStarted(String),
    #[error("the server ended during the run with {0}")]
    ServerEnded(ExitStatus),
    #[error("{0}")]
    ClientFailed(String),
    #[error("no update was planned inside the window")]
    NothingPlanned,
    #[error("{planned} updates were planned, the feed has {found}")]
    OffRate { planned: f64, found: u64 },
    #[error("{lost} lost, {duplicated} duplicated, {reordered} reordered")]
    BadDelivery {
        lost: u64,
        duplicated: u64,
        reordered: u64,
    },
    #[error("{received} updates were received, {expected} expected")]
    TooMany { expected: u64, received: u64 },
    #[error("of {planned} publishes planned inside the window {returned} came back")]
    PublishLost { planned: u64, returned: u64 },
    #[error("no answer lies whole in the window")]
    NothingWhole,
    #[error("{0} bytes belong to no class")]
    UnexplainedBytes(i64),
    #[error("the wall clock was set by {0} us during the run")]
    ClockStepped(i64),
    #[error("{0} updates came before their instant: the clock was set")]
    EarlyArrival(u64),
    #[error("the load generator itself was {:.1} ms late at its 99th percentile", *.0 as f64 / 1e3)]
    GeneratorLate(u64),
    #[error("the load generator used {:.0} % of the cores that it may use", .0 * 100.0)]
    GeneratorBusy(f64),
    #[error("{:.1} % of the {what} came while the load generator itself was late", share * 100.0)]
    GeneratorPaused { what: &'static str, share: f64 },
    // These leave the numbers.
    #[error(
        "{count} {what} came while the load generator itself was late, {:.1} ms at most",
        *late_us as f64 / 1e3
    )]
    GeneratorHiccup {
        what: &'static str,
        count: u64,
        late_us: u64,
    },
    #[error("the updates of the window take {:.0} % of it on the wire", .0 * 100.0)]
    LinkFull(f64),
    #[error("{waited} publishes waited for the answer to the one before")]
    PublishQueued { waited: u64 },
    #[error("the programs were built without optimisation")]
    NotOptimised,
    #[error("before the record, {0} was not read within its bound")]
    NotCalibrated(String),
    #[error("some clients publish for the first time inside the window, their connect included")]
    ColdPublish,
    #[error("a client could not come back: {0}")]
    NoReconnect(String),
    #[error("no client showed a sign of life in the silent window")]
    NoSignOfLife,
}

/// Above this the generator is later than its own work explains: two milliseconds, and ten
/// microseconds for each client that it serves when an update comes, or twenty where the client
/// asks again at once.
pub const fn late_us(clients: usize, again: Again) -> u64 {
    let each = match again {
        Again::AtOnce => 20,
        Again::EveryInterval(_) | Again::KeptOpen => 10,
    };
    2_000 + each * clients as u64
}

/// What is less than this part of the median latency does not change it.
pub const NEGLIGIBLE: f64 = 0.01;

/// If a larger share of the updates came while the generator was late, the 99th percentile may be
/// its own.
pub const TOUCHED: f64 = 0.01;

/// If what passes on a connection fills a larger share of the time, it queues.
pub const FULL: f64 = 0.95;

/// Above this share of its cores, the generator may be what is slow.
pub const BUSY: f64 = 0.9;

impl Invalid {
    /// Its name in the row.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotStarted(_) => "not-started",
            Self::ServerEnded(_) => "server-ended",
            Self::ClientFailed(_) => "client-failed",
            Self::NothingPlanned => "nothing-planned",
            Self::OffRate { .. } => "off-rate",
            Self::BadDelivery { .. } => "bad-delivery",
            Self::TooMany { .. } => "too-many",
            Self::PublishLost { .. } => "publish-lost",
            Self::NothingWhole => "nothing-whole",
            Self::UnexplainedBytes(_) => "unexplained-bytes",
            Self::ClockStepped(_) => "clock-stepped",
            Self::EarlyArrival(_) => "early-arrival",
            Self::GeneratorLate(_) => "generator-late",
            Self::GeneratorBusy(_) => "generator-busy",
            Self::GeneratorPaused { .. } => "generator-paused",
            Self::GeneratorHiccup { .. } => "generator-hiccup",
            Self::LinkFull(_) => "link-full",
            Self::PublishQueued { .. } => "publish-queued",
            Self::NotOptimised => "not-optimised",
            Self::NotCalibrated(_) => "not-calibrated",
            Self::ColdPublish => "cold-publish",
            Self::NoReconnect(_) => "no-reconnect",
            Self::NoSignOfLife => "no-sign-of-life",
        }
    }

    /// What to do.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::NotStarted(_) => "mend that and measure again",
            Self::ServerEnded(_) => "see what the server said on standard error",
            Self::ClientFailed(_) => "see whether the server is up, and what it says",
            Self::NothingPlanned | Self::NothingWhole => "measure for longer",
            Self::OffRate { .. } => {
                "let nobody else publish, and see whether the server keeps up with its rate"
            }
            Self::BadDelivery { .. } => {
                "take fewer clients, a lower rate or a server with a longer --history; if it stays \
                 so, the server is at fault"
            }
            Self::PublishLost { .. } => "take a lower rate, or measure for longer",
            Self::UnexplainedBytes(_) | Self::TooMany { .. } => "report it: this must not be",
            Self::ClockStepped(_) | Self::EarlyArrival(_) => {
                "let the clock settle, and measure again"
            }
            Self::GeneratorLate(_) | Self::GeneratorBusy(_) | Self::GeneratorPaused { .. } => {
                "measure again on an idle machine, or with fewer clients or a lower rate"
            }
            Self::GeneratorHiccup { .. } => {
                "take p999 and max for the machine's own, or measure again on an idle machine"
            }
            Self::LinkFull(_) => {
                "take latency for the length of a queue, or a lower rate, less payload or more \
                 bandwidth"
            }
            Self::PublishQueued { .. } => {
                "take more clients or a lower rate, or take the times with that wait in them"
            }
            Self::NotCalibrated(_) => "compare with the calibration's table, or measure again",
            Self::ColdPublish => "let --warm-up be at least clients / rate",
            Self::NotOptimised => "measure with cargo run --release",
            Self::NoReconnect(_) => "see whether the server is up, and what it says",
            Self::NoSignOfLife => "measure for 31s or longer",
        }
    }

    /// How it stands in the row.
    pub fn words(&self) -> String {
        format!("{}: {self}; {}", self.code(), self.remedy())
    }

    /// Whether the machine is to blame, so that the same measurement may succeed when it is made
    /// again.
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::ClockStepped(_)
                | Self::EarlyArrival(_)
                | Self::GeneratorLate(_)
                | Self::GeneratorBusy(_)
                | Self::GeneratorPaused { .. }
        )
    }
}

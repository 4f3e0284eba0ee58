//! The reasons that make a run invalid, each with a remedy.

use thiserror::Error;

use crate::record::{Again, ErrorCode, Measurement};

/// A reason that makes a run invalid. The row has its code, and its [words](Self::words).
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages explain them")]
pub enum Invalid {
    #[error("{0}")]
    NotStarted(String),
    #[error("{0}")]
    ServerEnded(String),
    #[error("{0}")]
    ClientFailed(String),
    #[error("{0}")]
    DifferentFeeds(String),
    #[error("no update was planned in the window")]
    NothingPlanned,
    #[error("{planned} updates were planned in the window, but the feed has {found}")]
    OffRate { planned: f64, found: u64 },
    #[error("{lost} updates were lost, {duplicated} duplicated, {reordered} reordered")]
    BadDelivery {
        lost: u64,
        duplicated: u64,
        reordered: u64,
    },
    #[error("{received} updates were received, but {expected} were expected")]
    TooMany { expected: u64, received: u64 },
    #[error(
        "of {planned} publishes planned in the window, {returned} were delivered to their publisher"
    )]
    PublishLost { planned: u64, returned: u64 },
    #[error("no complete response fell within the window")]
    NothingWhole,
    #[error("{0} bytes belong to no class")]
    UnexplainedBytes(i64),
    #[error("the wall clock was changed by {0} µs during the run")]
    ClockStepped(i64),
    #[error("{0} updates arrived before their planned time: the clock was changed")]
    EarlyArrival(u64),
    #[error("the load generator was {:.1} ms late at the 99th percentile", *.0 as f64 / 1e3)]
    GeneratorLate(u64),
    #[error("the load generator used {:.0} % of the cores that run its clients", .0 * 100.0)]
    GeneratorBusy(f64),
    #[error("{:.1} % of the {what} arrived while the load generator was late", share * 100.0)]
    GeneratorPaused { what: &'static str, share: f64 },
    #[error(
        "clients sent their next request {:.2} ms late at the 99th percentile, more than {:.0} % of \
         the median latency",
        *.0 as f64 / 1e3, LATE_REQUESTS * 100.0
    )]
    AskedLate(u64),
}

/// Bound for the generator's lateness that its own work explains, in microseconds: 2 ms, plus 10 µs
/// for each client, or 20 µs if the client sends its next request immediately.
pub const fn late_us(clients: usize, again: Again) -> u64 {
    let each = match again {
        Again::AtOnce => 20,
        Again::EveryInterval(_) | Again::KeptOpen => 10,
    };
    2_000 + each * clients as u64
}

/// A lateness below this share of the median latency is negligible.
pub const NEGLIGIBLE: f64 = 0.01;

/// If clients send their next request later than this share of the median latency, at the 99th
/// percentile, the generator delays the updates that wait for the request.
pub const LATE_REQUESTS: f64 = 0.1;

/// If a larger share of the updates arrived while the generator was late, the 99th percentile may
/// be its own delay.
pub const TOUCHED: f64 = 0.01;

/// The same for fewer than 100 updates, for which no 99th percentile is shown.
pub const TOUCHED_OF_FEW: f64 = 0.1;

/// Above this share of the cores that run its clients, the generator may be the bottleneck.
pub const BUSY: f64 = 0.9;

impl Invalid {
    /// Its category in the row.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotStarted(_) => ErrorCode::NotStarted,
            Self::ServerEnded(_) => ErrorCode::ServerEnded,
            Self::ClientFailed(_) => ErrorCode::ClientFailed,
            Self::DifferentFeeds(_) => ErrorCode::DifferentFeeds,
            Self::NothingPlanned => ErrorCode::NothingPlanned,
            Self::OffRate { .. } => ErrorCode::OffRate,
            Self::BadDelivery { .. } => ErrorCode::BadDelivery,
            Self::TooMany { .. } => ErrorCode::TooMany,
            Self::PublishLost { .. } => ErrorCode::PublishLost,
            Self::NothingWhole => ErrorCode::NothingWhole,
            Self::UnexplainedBytes(_) => ErrorCode::UnexplainedBytes,
            Self::ClockStepped(_) => ErrorCode::ClockStepped,
            Self::EarlyArrival(_) => ErrorCode::EarlyArrival,
            Self::GeneratorLate(_) => ErrorCode::GeneratorLate,
            Self::GeneratorBusy(_) => ErrorCode::GeneratorBusy,
            Self::GeneratorPaused { .. } => ErrorCode::GeneratorPaused,
            Self::AskedLate(_) => ErrorCode::AskedLate,
        }
    }

    /// The remedy.
    const fn remedy(&self) -> &'static str {
        match self {
            Self::NotStarted(_) => "fix this and measure again",
            Self::ServerEnded(_) => "see the server's messages on standard error",
            Self::ClientFailed(_) => "check that the server is running, and see its messages",
            Self::DifferentFeeds(_) => {
                "start all servers with the same --feed nats://HOST:PORT/STREAM"
            }
            Self::NothingPlanned | Self::NothingWhole => "measure for longer",
            Self::OffRate { .. } => {
                "make sure that no other program publishes and that the server keeps up with its rate"
            }
            Self::BadDelivery { .. } => {
                "use fewer clients, a lower rate or a server with a longer --history; if the error \
                 remains, the server is at fault"
            }
            Self::PublishLost { .. } => "use a lower rate, or measure for longer",
            Self::UnexplainedBytes(_) | Self::TooMany { .. } => "this is a bug, please report it",
            Self::ClockStepped(_) | Self::EarlyArrival(_) => {
                "wait until the clock is stable, and measure again"
            }
            Self::GeneratorLate(_)
            | Self::GeneratorBusy(_)
            | Self::GeneratorPaused { .. }
            | Self::AskedLate(_) => {
                "measure again on an idle machine, or with fewer clients or a lower rate"
            }
        }
    }

    /// The sentence in the row: `code: reason; remedy`.
    pub fn words(&self) -> String {
        format!("{}: {self}; {}", self.code(), self.remedy())
    }
}

impl Measurement {
    /// This row as an error.
    pub fn invalid(self, why: &Invalid) -> Self {
        Self {
            error: Some(why.words()),
            error_code: Some(why.code()),
            ..self
        }
    }
}

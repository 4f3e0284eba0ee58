//! Why is a run no measurement? Every reason, and what to do.

use thiserror::Error;

use crate::record::{Again, ErrorCode, Measurement};

/// A reason that makes a run invalid. The row has its code, and its [words](Self::words).
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Invalid {
    #[error("{0}")]
    NotStarted(String),
    #[error("{0}")]
    ServerEnded(String),
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
    #[error("the load generator used {:.0} % of the cores on which its clients run", .0 * 100.0)]
    GeneratorBusy(f64),
    #[error("{:.1} % of the {what} came while the load generator itself was late", share * 100.0)]
    GeneratorPaused { what: &'static str, share: f64 },
    #[error(
        "clients requested again {:.2} ms late at the 99th percentile, more than {:.0} % of the \
         median latency",
        *.0 as f64 / 1e3, LATE_REQUESTS * 100.0
    )]
    AskedLate(u64),
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

/// If clients request again later than this part of the median latency, at the 99th percentile,
/// the updates that waited for the request are late because of the generator.
pub const LATE_REQUESTS: f64 = 0.1;

/// If a larger share of the updates came while the generator was late, the 99th percentile may be
/// its own.
pub const TOUCHED: f64 = 0.01;

/// The same where there are fewer than a hundred, of which no 99th percentile is shown.
pub const TOUCHED_OF_FEW: f64 = 0.1;

/// Above this share of the cores on which its clients run, the generator may be what is slow.
pub const BUSY: f64 = 0.9;

impl Invalid {
    /// Its category in the row.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NotStarted(_) => ErrorCode::NotStarted,
            Self::ServerEnded(_) => ErrorCode::ServerEnded,
            Self::ClientFailed(_) => ErrorCode::ClientFailed,
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

    /// What to do.
    const fn remedy(&self) -> &'static str {
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
            Self::GeneratorLate(_)
            | Self::GeneratorBusy(_)
            | Self::GeneratorPaused { .. }
            | Self::AskedLate(_) => {
                "measure again on an idle machine, or with fewer clients or a lower rate"
            }
        }
    }

    /// The sentence in the row: `code: what happened; what to do`.
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

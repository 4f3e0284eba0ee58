//! The reasons that make a run invalid.

use serde::{Deserialize, Serialize};
use strum::EnumDiscriminants;
use thiserror::Error;

use crate::record::Measurement;

/// A reason that makes a run invalid. Its message is `reason; remedy`.
#[derive(Debug, Error, EnumDiscriminants)]
#[expect(missing_docs, reason = "the messages explain them")]
#[strum_discriminants(
    name(ErrorCode),
    doc = "The category of an error, in a row and at the start of the sentence that explains it.",
    derive(Serialize, Deserialize, strum::Display),
    expect(missing_docs, reason = "those of Invalid"),
    serde(rename_all = "kebab-case"),
    strum(serialize_all = "kebab-case")
)]
pub enum Invalid {
    #[error("{0}; fix this and measure again")]
    NotStarted(String),
    #[error("{0}; see the server's messages on standard error")]
    ServerEnded(String),
    #[error("{0}; check that the server is running, and see its messages")]
    ClientFailed(String),
    #[error("{0}; start all servers with the same --feed nats://HOST:PORT/STREAM")]
    DifferentFeeds(String),
    #[error("no update was planned in the window; measure for longer")]
    NothingPlanned,
    #[error(
        "{planned} updates were planned in the window, but the feed has {found}; make \
         sure that no other program publishes and that the server keeps up with its rate"
    )]
    OffRate { planned: f64, found: u64 },
    #[error(
        "{lost} updates were lost, {duplicated} duplicated, {reordered} reordered; \
         use fewer clients, a lower rate or a server with a longer --history; if the error \
         remains, the server is at fault"
    )]
    BadDelivery {
        lost: u64,
        duplicated: u64,
        reordered: u64,
    },
    #[error("{received} updates were received, but {expected} were expected; {REPORT}")]
    TooMany { expected: u64, received: u64 },
    #[error(
        "of {planned} publishes planned in the window, {returned} were delivered to \
         their publisher; use a lower rate, or measure for longer"
    )]
    PublishLost { planned: u64, returned: u64 },
    #[error("no complete response fell within the window; measure for longer")]
    NothingWhole,
    #[error("{0} bytes belong to no class; {REPORT}")]
    UnexplainedBytes(i64),
    #[error("the wall clock was changed by {0} µs during the run; {WAIT}")]
    ClockStepped(i64),
    #[error("{0} updates arrived before their planned time: the clock was changed; {WAIT}")]
    EarlyArrival(u64),
    #[error(
        "the load generator was {:.1} ms late at the 99th percentile; {IDLE}",
        *.0 as f64 / 1e3
    )]
    GeneratorLate(u64),
    #[error(
        "the load generator used {:.0} % of the cores that run its clients; {IDLE}",
        .0 * 100.0
    )]
    GeneratorBusy(f64),
    #[error(
        "{:.1} % of the {what} arrived while the load generator was late; {IDLE}",
        share * 100.0
    )]
    GeneratorPaused { what: &'static str, share: f64 },
    #[error(
        "clients sent their next request {:.2} ms late at the 99th percentile, more \
         than {:.0} % of the median latency; {IDLE}",
        *.0 as f64 / 1e3, LATE_REQUESTS * 100.0
    )]
    AskedLate(u64),
}

const REPORT: &str = "this is a bug, please report it";
const WAIT: &str = "wait until the clock is stable, and measure again";
const IDLE: &str = "measure again on an idle machine, or with fewer clients or a lower rate";

/// If clients send their next request later than this share of the median latency, at the 99th
/// percentile, the generator delays the updates that wait for the request.
pub const LATE_REQUESTS: f64 = 0.1;

impl ErrorCode {
    /// Whether the machine is the cause, so that another attempt may succeed.
    pub const fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::ClockStepped
                | Self::EarlyArrival
                | Self::GeneratorLate
                | Self::GeneratorBusy
                | Self::GeneratorPaused
                | Self::AskedLate
        )
    }
}

impl Measurement {
    /// This row as an error.
    pub fn invalid(self, why: &Invalid) -> Self {
        let code = ErrorCode::from(why);
        Self {
            error: Some(format!("{code}: {why}")),
            error_code: Some(code),
            ..self
        }
    }
}

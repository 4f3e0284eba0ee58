//! The warnings of a row, each with a remedy.

use std::time::Duration;

use thiserror::Error;

use crate::record::units::duration;

/// A reason to interpret the numbers of a row with care. The row has its [words](Self::words).
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages explain them")]
pub enum Warning {
    #[error(
        "{count} {what} arrived while the load generator was late, by {:.1} ms at most",
        *late_us as f64 / 1e3
    )]
    GeneratorHiccup {
        what: &'static str,
        count: u64,
        late_us: u64,
    },
    #[error(
        "the load generator read updates {:.1} ms after their arrival, at the 99th percentile",
        *.0 as f64 / 1e3
    )]
    ReadLate(u64),
    #[error("the load generator used {:.0} % of the cores that run its clients", .0 * 100.0)]
    GeneratorBusy(f64),
    #[error("{0} arrivals have the time of their read, because they have no kernel timestamp")]
    NoTimestamp(u64),
    #[error("the updates of the window use {:.0} % of the bandwidth", .0 * 100.0)]
    LinkFull(f64),
    #[error("{waited} publishes waited for the response to the previous one")]
    PublishQueued { waited: u64 },
    #[error(
        "page refresh repeats in whole seconds, so the interval of {} was rounded to {}",
        duration(*wanted),
        duration(*used)
    )]
    IntervalRounded { wanted: Duration, used: Duration },
    #[error(
        "requests were sent every {:.0} ms instead of {:.0} ms on average, because each waits for \
         the response to the previous one",
        real.as_secs_f64() * 1e3,
        used.as_secs_f64() * 1e3
    )]
    IntervalMissed { used: Duration, real: Duration },
    #[error("the programs were built without optimisation")]
    NotOptimised,
    #[error("during the calibration, {0} was outside its bound")]
    NotCalibrated(String),
    #[error(
        "the first publish of some clients was in the window, so its times include the connect"
    )]
    ColdPublish,
    #[error("a client could not reconnect: {0}")]
    NoReconnect(String),
    #[error("no client received anything in the silent window")]
    NoSignOfLife,
}

/// If updates use a larger share of the bandwidth, they queue.
pub const FULL: f64 = 0.95;

impl Warning {
    /// The code and the remedy.
    const fn code_and_remedy(&self) -> (&'static str, &'static str) {
        match self {
            Self::GeneratorHiccup { .. } => (
                "generator-hiccup",
                "p999 and max may be delays of the machine; measure again on an idle machine",
            ),
            Self::ReadLate(_) => (
                "read-late",
                "latency is not affected, because it ends when the kernel receives the update",
            ),
            Self::GeneratorBusy(_) => (
                "generator-busy",
                "latency is not affected, but it may be with more clients or a higher rate",
            ),
            Self::NoTimestamp(_) => (
                "no-timestamp",
                "their latencies include the time until the read",
            ),
            Self::LinkFull(_) => (
                "link-full",
                "latency is the length of a queue; use a lower rate, a smaller payload or more \
                 bandwidth",
            ),
            Self::PublishQueued { .. } => (
                "publish-queued",
                "the times include this wait; use more clients or a lower rate",
            ),
            Self::IntervalRounded { .. } => (
                "interval-rounded",
                "the values are those of the longer interval; use whole seconds",
            ),
            Self::IntervalMissed { .. } => (
                "interval-missed",
                "the values are those of the longer interval; use an interval that is longer than a \
                 round trip",
            ),
            Self::NotOptimised => ("not-optimised", "measure with cargo run --release"),
            Self::NotCalibrated(_) => (
                "not-calibrated",
                "compare with the calibration's table, or measure again",
            ),
            Self::ColdPublish => ("cold-publish", "use a --warm-up of at least clients / rate"),
            Self::NoReconnect(_) => (
                "no-reconnect",
                "check that the server is running, and see its messages",
            ),
            Self::NoSignOfLife => ("no-sign-of-life", "measure for 31s or longer"),
        }
    }

    /// The sentence in the row: `code: reason; remedy`.
    pub fn words(&self) -> String {
        let (code, remedy) = self.code_and_remedy();
        format!("{code}: {self}; {remedy}")
    }
}

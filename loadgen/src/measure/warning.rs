//! Why are the numbers of a row to be read with care? Every reason, and what to do.

use std::time::Duration;

use humantime::format_duration;
use thiserror::Error;

/// A reason that leaves the numbers in the row. The row has its [words](Self::words).
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Warning {
    #[error(
        "{count} {what} came while the load generator itself was late, {:.1} ms at most",
        *late_us as f64 / 1e3
    )]
    GeneratorHiccup {
        what: &'static str,
        count: u64,
        late_us: u64,
    },
    #[error(
        "the load generator read updates {:.1} ms after they had arrived, at the 99th percentile",
        *.0 as f64 / 1e3
    )]
    ReadLate(u64),
    #[error("the load generator used {:.0} % of the cores on which its clients run", .0 * 100.0)]
    GeneratorBusy(f64),
    #[error("{0} arrivals have the time of their read, because the kernel gave none")]
    NoTimestamp(u64),
    #[error("the updates of the window take {:.0} % of it on the wire", .0 * 100.0)]
    LinkFull(f64),
    #[error("{waited} publishes waited for the answer to the one before")]
    PublishQueued { waited: u64 },
    #[error(
        "page refresh repeats in whole seconds, so that the interval of {} became {}",
        format_duration(*asked),
        format_duration(*used)
    )]
    IntervalRounded { asked: Duration, used: Duration },
    #[error(
        "requests left every {:.0} ms instead of {:.0} ms on average, since each waits for the \
         response to the one before",
        real.as_secs_f64() * 1e3,
        used.as_secs_f64() * 1e3
    )]
    IntervalMissed { used: Duration, real: Duration },
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

/// If what passes on a connection fills a larger share of the time, it queues.
pub const FULL: f64 = 0.95;

impl Warning {
    /// Its name in the row, and what to do.
    const fn code_and_remedy(&self) -> (&'static str, &'static str) {
        match self {
            Self::GeneratorHiccup { .. } => (
                "generator-hiccup",
                "take p999 and max for the machine's own, or measure again on an idle machine",
            ),
            Self::ReadLate(_) => (
                "read-late",
                "latency is not affected, since it ends when the kernel received the update",
            ),
            Self::GeneratorBusy(_) => (
                "generator-busy",
                "latency is not affected, but more clients or a higher rate may be",
            ),
            Self::NoTimestamp(_) => (
                "no-timestamp",
                "take their latencies as including the time until they were read",
            ),
            Self::LinkFull(_) => (
                "link-full",
                "take latency for the length of a queue, or a lower rate, less payload or more \
                 bandwidth",
            ),
            Self::PublishQueued { .. } => (
                "publish-queued",
                "take more clients or a lower rate, or take the times with that wait in them",
            ),
            Self::IntervalRounded { .. } => (
                "interval-rounded",
                "take the figures as those of the longer interval, or take whole seconds",
            ),
            Self::IntervalMissed { .. } => (
                "interval-missed",
                "take the figures as those of the longer interval, or an interval that is longer \
                 than a round trip",
            ),
            Self::NotOptimised => ("not-optimised", "measure with cargo run --release"),
            Self::NotCalibrated(_) => (
                "not-calibrated",
                "compare with the calibration's table, or measure again",
            ),
            Self::ColdPublish => ("cold-publish", "let --warm-up be at least clients / rate"),
            Self::NoReconnect(_) => (
                "no-reconnect",
                "see whether the server is up, and what it says",
            ),
            Self::NoSignOfLife => ("no-sign-of-life", "measure for 31s or longer"),
        }
    }

    /// The sentence in the row: `code: what happened; what to do`.
    pub fn words(&self) -> String {
        let (code, remedy) = self.code_and_remedy();
        format!("{code}: {self}; {remedy}")
    }
}

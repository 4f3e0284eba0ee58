//! The warnings of a row.

use std::time::Duration;

use thiserror::Error;

use crate::record::units::duration;

/// A reason to interpret the numbers of a row with care. Its message, in the row, is
/// `code: reason; remedy`.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages explain them")]
pub enum Warning {
    #[error(
        "generator-hiccup: {count} {what} arrived while the load generator was late, by {:.1} ms at \
         most; p999 and max may be delays of the machine; measure again on an idle machine",
        *late_us as f64 / 1e3
    )]
    GeneratorHiccup {
        what: &'static str,
        count: u64,
        late_us: u64,
    },
    #[error(
        "read-late: the load generator read updates {:.1} ms after their arrival, at the 99th \
         percentile; latency is not affected, because it ends when the kernel receives the update",
        *.0 as f64 / 1e3
    )]
    ReadLate(u64),
    #[error(
        "generator-busy: the load generator used {:.0} % of the cores that run its clients; latency \
         is not affected, but it may be with more clients or a higher rate",
        .0 * 100.0
    )]
    GeneratorBusy(f64),
    #[error(
        "no-timestamp: {0} arrivals have the time of their read, because they have no kernel \
         timestamp; their latencies include the time until the read"
    )]
    NoTimestamp(u64),
    #[error(
        "link-full: the updates of the window use {:.0} % of the bandwidth; latency is the length of \
         a queue; use a lower rate, a smaller payload or more bandwidth",
        .0 * 100.0
    )]
    LinkFull(f64),
    #[error(
        "publish-queued: {waited} publishes waited for the response to the previous one; the times \
         include this wait; use more clients or a lower rate"
    )]
    PublishQueued { waited: u64 },
    #[error(
        "interval-rounded: page refresh repeats in whole seconds, so the interval of {} was rounded \
         to {}; the values are those of the longer interval; use whole seconds",
        duration(*wanted),
        duration(*used)
    )]
    IntervalRounded { wanted: Duration, used: Duration },
    #[error(
        "interval-missed: requests were sent every {:.0} ms instead of {:.0} ms on average, because \
         each waits for the response to the previous one; the values are those of the longer \
         interval; use an interval that is longer than a round trip",
        real.as_secs_f64() * 1e3,
        used.as_secs_f64() * 1e3
    )]
    IntervalMissed { used: Duration, real: Duration },
    #[error(
        "not-optimised: the programs were built without optimisation; measure with cargo run \
         --release"
    )]
    NotOptimised,
    #[error(
        "not-calibrated: during the calibration, {0} was outside its bound; compare with the \
         calibration's table, or measure again"
    )]
    NotCalibrated(String),
    #[error(
        "cold-publish: the first publish of some clients was in the window, so its times include \
         the connect; use a --warm-up of at least clients / rate"
    )]
    ColdPublish,
    #[error(
        "no-reconnect: a client could not reconnect: {0}; check that the server is running, and see \
         its messages"
    )]
    NoReconnect(String),
    #[error(
        "no-sign-of-life: no client received anything in the silent window; measure for 31s or \
         longer"
    )]
    NoSignOfLife,
}

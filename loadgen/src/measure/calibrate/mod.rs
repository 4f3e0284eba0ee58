//! Does the instrument read what is known in advance? Clock and timer, exchanges whose bytes are
//! known, a feed that takes no time, and injected delays.

mod exchange;
mod scripted;

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use server::{
    Transport,
    base::{clock, timer},
};

use crate::{
    client::{plan::Again, shared::histogram},
    measure::{distrust::late_us, run},
    record::{measurement::Measurement, scenario::Scenario},
};

/// One thing that is known, and how it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// What was read.
    pub what: String,
    /// In which unit: `us` or `bytes`.
    pub unit: Unit,
    /// What is known.
    pub expected: f64,
    /// What was read; null where nothing could be.
    pub read: Option<f64>,
    /// By how much they may differ, in the same unit.
    pub bound: f64,
    /// Why nothing was read.
    pub error: Option<String>,
}

/// The unit of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Microseconds, which depend on the machine and on what else it does.
    Us,
    /// Bytes, which must be exact.
    Bytes,
}

impl Unit {
    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Bytes => "bytes",
        }
    }
}

impl Check {
    fn of(what: impl Into<String>, unit: Unit, expected: f64, read: f64, bound: f64) -> Self {
        Self {
            what: what.into(),
            unit,
            expected,
            read: Some(read),
            bound,
            error: None,
        }
    }

    fn us(what: impl Into<String>, expected: u64, read: u64, bound: u64) -> Self {
        Self::of(what, Unit::Us, expected as f64, read as f64, bound as f64)
    }

    fn bytes(what: impl Into<String>, expected: usize, read: u64) -> Self {
        Self::of(what, Unit::Bytes, expected as f64, read as f64, 0.0)
    }

    /// What was read minus what is known.
    pub fn difference(&self) -> Option<f64> {
        Some(self.read? - self.expected)
    }

    /// Whether they agree within the bound.
    pub fn holds(&self) -> bool {
        self.difference()
            .is_some_and(|difference| difference.abs() <= self.bound)
    }

    /// What was read instead of what.
    fn words(&self) -> String {
        let (what, unit, expected, bound) =
            (&self.what, self.unit.name(), self.expected, self.bound);
        match (self.read, &self.error) {
            (Some(read), _) => {
                format!("{what}: {read} {unit} instead of {expected}, with a bound of {bound}")
            }
            (None, Some(error)) => format!("{what}: nothing was read ({error})"),
            (None, None) => format!("{what}: nothing was read"),
        }
    }
}

/// A check as it is written, with what follows from it.
#[derive(Debug, Serialize)]
pub struct Judged<'a> {
    #[serde(flatten)]
    check: &'a Check,
    difference: Option<f64>,
    holds: bool,
}

/// All checks as they are written.
pub fn judged(checks: &[Check]) -> Vec<Judged<'_>> {
    let judged = |check| Judged {
        check,
        difference: check.difference(),
        holds: check.holds(),
    };
    checks.iter().map(judged).collect()
}

/// Which checks do not hold, a line for each, and what to do; `None` where all hold.
pub fn complaint(checks: &[Check]) -> Option<String> {
    let off: Vec<_> = checks.iter().filter(|check| !check.holds()).collect();
    let remedy = match off.iter().any(|check| check.unit == Unit::Bytes) {
        true => "the instrument counts wrong: report it",
        false => "close other programs, and calibrate again on an idle machine",
    };
    let lines: String = off.iter().map(|check| check.words() + "\n").collect();
    let (off, all) = (off.len(), checks.len());
    (off > 0).then(|| format!("{off} of {all} checks do not hold\n{lines}{remedy}"))
}

/// Distances that are read back.
const RTTS_MS: [u64; 4] = [0, 10, 50, 150];

/// Makes all checks; those of delays take `window` each. `progress` is told what runs.
pub async fn calibrate(
    window: Duration,
    progress: &(dyn Fn(&str) + Sync),
) -> anyhow::Result<Vec<Check>> {
    progress("clock and timer");
    let mut checks = vec![resolution(), timer_late().await];
    progress("known exchanges");
    checks.extend(exchange::long_poll().await?);
    checks.extend(exchange::message().await?);
    progress("a feed that takes no time");
    checks.extend(null_feed(window).await?);
    for rtt_ms in RTTS_MS {
        progress(&format!("rtt {rtt_ms}ms"));
        checks.extend(distance(rtt_ms, window).await?);
    }
    progress("bandwidth");
    checks.push(bandwidth(window).await?);
    Ok(checks)
}

/// The least step of the wall clock in a hundred thousand readings.
fn resolution() -> Check {
    let mut least = u64::MAX;
    let mut last = clock::now_us();
    for _ in 0..100_000 {
        let now = clock::now_us();
        if now > last {
            least = least.min(now - last);
        }
        last = now;
    }
    Check::us("resolution of the clock", 1, least, 1)
}

/// How late a sleeping task is woken.
async fn timer_late() -> Check {
    let mut late_us = histogram();
    for _ in 0..100 {
        let planned = Instant::now() + Duration::from_millis(2);
        timer::sleep_until(planned).await;
        late_us.saturating_record(planned.elapsed().as_micros().max(1) as u64);
    }
    Check::us(
        "timer, late at p50",
        0,
        late_us.value_at_quantile(0.5),
        1_000,
    )
}

/// What the generator reads of a feed in its own process, each update sent at its planned instant:
/// the floor of all latencies.
async fn null_feed(window: Duration) -> anyhow::Result<Vec<Check>> {
    let server = scripted::null_feed().await?;
    let scenario = Scenario {
        clients: 1,
        rate_per_s: None,
        payload_bytes: None,
        duration: window,
        warm_up: Duration::from_millis(100),
        ..Scenario::default()
    };
    let transport = Transport::HttpStreaming;
    let outcome = run::run(transport, &scenario, Some(server.address), &|_| ()).await?;
    let row = outcome.measurement;
    let floor = "null feed, p50: the floor";
    Ok(vec![
        reading(floor, 0, row.latency_us.p50, 1_000, &row),
        reading(
            "the generator's own lateness, p99",
            0,
            row.generator_late_us_p99,
            late_us(1, Again::KeptOpen),
            &row,
        ),
    ])
}

/// An injected delay, as 20 WebSocket clients see it.
async fn distance(rtt_ms: u64, window: Duration) -> anyhow::Result<[Check; 2]> {
    let scenario = Scenario {
        clients: 20,
        rate_per_s: Some(20.0),
        rtt: Duration::from_millis(rtt_ms),
        duration: window,
        warm_up: Duration::from_millis(100),
        ..Scenario::default()
    };
    let outcome = run::run(Transport::WebSocket, &scenario, None, &|_| ()).await?;
    let row = outcome.measurement;
    let expected = rtt_ms * 1_000 / 2;
    let what = |quantile| format!("websocket, rtt {rtt_ms} ms, {quantile}");
    Ok([
        reading(what("p50"), expected, row.latency_us.p50, 1_000, &row),
        reading(what("p99"), expected, row.latency_us.p99, 2_000, &row),
    ])
}

/// 100 kB at 10 Mbit/s are 80 ms on the wire.
async fn bandwidth(window: Duration) -> anyhow::Result<Check> {
    let scenario = Scenario {
        clients: 1,
        rate_per_s: Some(8.0),
        payload_bytes: Some(100_000),
        bandwidth: Some("10Mbit/s".parse()?),
        duration: window,
        warm_up: Duration::from_millis(100),
        ..Scenario::default()
    };
    let outcome = run::run(Transport::WebSocket, &scenario, None, &|_| ()).await?;
    let row = outcome.measurement;
    let what = "websocket, 100 kB at 10 Mbit/s, p50";
    Ok(reading(what, 80_000, row.latency_us.p50, 2_000, &row))
}

/// A figure of a row, or why there is none.
fn reading(
    what: impl Into<String>,
    expected: u64,
    read: Option<u64>,
    bound: u64,
    row: &Measurement,
) -> Check {
    let check = Check::us(what, expected, read.unwrap_or(0), bound);
    match (read, &row.error) {
        (Some(_), None) => check,
        (_, error) => Check {
            read: None,
            error: error.clone(),
            ..check
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_hold_is_named_with_what_to_do() {
        let exact = Check::bytes("request head", 61, 61);
        let late = Check::us("rtt 10 ms, p50", 5_000, 6_001, 1_000);
        let wrong = Check::bytes("frame head", 2, 3);
        assert_eq!(complaint(std::slice::from_ref(&exact)), None);
        let late = complaint(&[exact, late]).unwrap();
        assert!(
            late.contains("rtt 10 ms, p50: 6001 us instead of 5000"),
            "{late}"
        );
        assert!(!late.contains("request head"), "{late}");
        assert!(late.contains("idle machine"), "{late}");
        let wrong = complaint(&[wrong]).unwrap();
        assert!(
            wrong.contains("frame head: 3 bytes instead of 2"),
            "{wrong}"
        );
        assert!(wrong.contains("report it"), "{wrong}");
    }

    #[test]
    fn a_check_is_written_with_its_verdict_and_read_back_without() {
        let late = Check::us("rtt 10 ms, p50", 5_000, 6_001, 1_000);
        let written = serde_json::to_value(judged(std::slice::from_ref(&late))).unwrap();
        assert_eq!(written[0]["difference"], 1_001.0);
        assert_eq!(written[0]["holds"], false);
        let read: Vec<Check> = serde_json::from_value(written).unwrap();
        assert_eq!(read, [late]);
    }
}

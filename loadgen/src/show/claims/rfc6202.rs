//! RFC 6202, section 2.2: the latency of long polling is between one and three transits.

use server::Transport::LongPolling;

use super::{
    claim::{Claim, Quantity},
    rows::of_kind,
};
use crate::record::{Conditions, Measurement, Record};

pub(super) fn claims(record: &Record) -> Vec<Claim> {
    let transits = |us: f64, row: &Measurement| us / (row.conditions.rtt_us as f64 / 2.0);
    let mean = of_kind(record, LongPolling, in_time, |row| {
        Some(transits(row.latency_us.mean?, row))
    });
    let worst = worst(record).map(|worst| worst.transits);
    vec![
        Claim::new(Quantity::LongPollMean, 1.0, mean, 0.1).published(1.0),
        Claim::new(Quantity::LongPollWorst, 3.0, worst, 0.1).published(3.0),
    ]
}

/// At a distance where the machine's own time is small, but where the next request arrives before the
/// next update.
fn in_time(of: &Conditions) -> bool {
    let period_us = of.rate_per_s.map(|rate| 1e6 / rate);
    of.rtt_us >= 100_000 && period_us.is_some_and(|period_us| (of.rtt_us as f64) < 0.9 * period_us)
}

/// The slowest update of all long polls over a link.
#[derive(Clone, Debug, PartialEq)]
pub struct WorstLongPoll {
    /// Its latency in transits.
    pub transits: f64,
    /// The scenario of its row.
    pub scenario: String,
    /// The repeat of its row.
    pub repeat: u32,
    /// Its latency minus three transits; negative if it was faster.
    pub above_three_us: f64,
    /// The lateness of a transit in the calibration, 99th percentile, at the round-trip time nearest to
    /// the row's. It includes link, server and load generator.
    pub late_us: Option<f64>,
}

/// The slowest update of all rows, except those with a limited number of updates per response.
pub fn worst(record: &Record) -> Option<WorstLongPoll> {
    let rows = record.rows.iter().filter(|row| {
        let of = &row.measurement;
        let is_far = of.conditions.rtt_us > 0 && of.conditions.max.is_none();
        of.error.is_none() && of.transport == LongPolling && is_far
    });
    let worst = rows.filter_map(|row| {
        let conditions = &row.measurement.conditions;
        let transit_us = conditions.rtt_us as f64 / 2.0;
        let max_us = row.measurement.latency_us.max? as f64;
        Some(WorstLongPoll {
            transits: max_us / transit_us,
            scenario: conditions.scenario.clone(),
            repeat: row.repeat,
            above_three_us: max_us - 3.0 * transit_us,
            late_us: late_us(record, conditions.rtt_us),
        })
    });
    worst.max_by(|one, other| one.transits.total_cmp(&other.transits))
}

/// The lateness of a transit in the calibrations, at the nearest round-trip time.
fn late_us(record: &Record, rtt_us: u64) -> Option<f64> {
    let checks = record.calibrations.iter().flatten();
    let late = checks.filter_map(|check| {
        // The check names its clients, except in old records.
        let (before, rtt_ms) = check.what.split_once(", rtt ")?;
        let rtt_ms: u64 = rtt_ms.strip_suffix(" ms, p99")?.parse().ok()?;
        before.starts_with("websocket").then_some(())?;
        Some((rtt_us.abs_diff(rtt_ms * 1_000), check.difference()?))
    });
    // The latest of several calibrations.
    let nearest = late.min_by(|one, other| one.0.cmp(&other.0).then(other.1.total_cmp(&one.1)));
    nearest.map(|(_, late_us)| late_us)
}

//! What does RFC 6202, section 2.2, say of long polling? Between one and three transits.

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
    let worst = of_kind(record, LongPolling, beyond_the_knee, |row| {
        Some(transits(row.latency_us.max? as f64, row))
    });
    let claim = |quantity, transits, measured| Claim {
        quantity,
        published: Some(transits),
        computed: transits,
        measured,
        tolerance: 0.1,
    };
    vec![
        claim(Quantity::LongPollMean, 1.0, mean),
        claim(Quantity::LongPollWorst, 3.0, worst),
    ]
}

/// So far away that the machines' own time is little beside the way, and so near that the next
/// request is there before the next update.
fn in_time(of: &Conditions) -> bool {
    let period_us = of.rate_per_s.map(|rate| 1e6 / rate);
    of.rtt_us >= 100_000 && period_us.is_some_and(|period_us| (of.rtt_us as f64) < 0.9 * period_us)
}

/// Where an update may wait for the next request, and all that are due come in one answer.
fn beyond_the_knee(of: &Conditions) -> bool {
    let period_us = of.rate_per_s.map(|rate| 1e6 / rate);
    // Not far beyond: there the worst update, which just misses a request, is not rare.
    of.max.is_none() && period_us.is_some_and(|period_us| of.rtt_us as f64 > 1.5 * period_us)
}

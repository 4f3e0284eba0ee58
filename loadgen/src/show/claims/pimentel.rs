//! What does theory predict for Pimentel and Nickerson, "Communicating and Displaying Real-Time
//! Data with WebSocket" (IEEE Internet Computing, 2012)? They measured readings at 4 Hz between
//! continents; their tables are not available, so there is no published number.

use std::{collections::BTreeSet, time::Duration};

use server::Transport::{self, LongPolling, WebSocket};

use super::{
    claim::{Claim, Quantity},
    rows::{of_kind, ratio},
};
use crate::{
    record::{Conditions, Record, Scenario},
    show::theory,
};

/// Readings a second.
const RATE: f64 = 4.0;
/// Round trips in ms, on this side of the knee and beyond it.
const AT: [u64; 2] = [200, 400];

pub(super) fn claims(record: &Record) -> Vec<Claim> {
    let claim = |quantity, computed, measured, tolerance| Claim {
        quantity,
        published: None,
        computed,
        measured,
        tolerance,
    };
    let mut claims = Vec::new();
    for rtt_ms in AT {
        let scenario = Scenario {
            rate_per_s: Some(RATE),
            rtt: Duration::from_millis(rtt_ms),
            ..Scenario::default()
        };
        let expected = |transport| theory::mean_ms(transport, &scenario);
        let measured = |transport: Transport| {
            let there = |of: &Conditions| of.rtt_us == rtt_ms * 1000 && of_4_hz(of, None);
            of_kind(record, transport, there, |row| row.latency_us.mean)
        };
        let Some(computed) = ratio(expected(LongPolling), expected(WebSocket)) else {
            continue;
        };
        let measured = ratio(measured(LongPolling), measured(WebSocket));
        claims.push(claim(
            Quantity::LongPollRatioAt(rtt_ms),
            computed,
            measured,
            0.1,
        ));
    }
    claims.push(claim(Quantity::Knee, 1000.0 / RATE, knee(record), 0.08));
    claims
}

fn of_4_hz(of: &Conditions, max: Option<usize>) -> bool {
    of.rate_per_s == Some(RATE) && of.max == max
}

/// The middle between the longest round trip at which the mean is one way, and the shortest at
/// which it is more than half a way longer; in ms. Each by the median of its repeats.
fn knee(record: &Record) -> Option<f64> {
    let rows = record.rows.iter().map(|row| &row.measurement);
    let rows = rows.filter(|row| row.transport == LongPolling && of_4_hz(&row.conditions, Some(1)));
    let distances: BTreeSet<_> = rows
        .map(|row| row.conditions.rtt_us)
        .filter(|&us| us > 0)
        .collect();
    let one_way = |&rtt_us: &u64| {
        let there = |of: &Conditions| of.rtt_us == rtt_us && of_4_hz(of, Some(1));
        let mean_us = of_kind(record, LongPolling, there, |row| row.latency_us.mean)?;
        Some((rtt_us, mean_us < 0.75 * rtt_us as f64))
    };
    let known: Vec<_> = distances.iter().filter_map(one_way).collect();
    let beyond = known.iter().position(|&(_, one_way)| !one_way)?;
    let before = beyond.checked_sub(1)?;
    Some((known[before].0 + known[beyond].0) as f64 / 2.0 / 1000.0)
}

//! Theory for the experiment of Pimentel and Nickerson, "Communicating and Displaying Real-Time
//! Data with WebSocket" (IEEE Internet Computing, 2012). They measured readings at 4 Hz between
//! continents; their tables are not available, so there is no published number.

use std::{collections::BTreeMap, time::Duration};

use server::Transport::{self, LongPolling, WebSocket};

use super::{
    claim::{Claim, Quantity},
    knee,
    rows::{of_kind, ratio},
};
use crate::{
    record::{Conditions, Record, Scenario},
    show::{statistics::Estimate, theory},
};

/// Readings per second.
const RATE: f64 = 4.0;
/// Round-trip times in ms, below and beyond the knee.
const AT: [u64; 2] = [200, 400];

pub(super) fn claims(record: &Record) -> Vec<Claim> {
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
        let quantity = Quantity::LongPollRatioAt(rtt_ms);
        claims.push(Claim::new(quantity, computed, measured, 0.1));
    }
    let knee = knee(record);
    let recorded = knee.map(|knee| knee.median);
    claims.push(Claim {
        estimate: knee,
        ..Claim::new(Quantity::Knee, 1000.0 / RATE, recorded, 0.02)
    });
    claims
}

fn of_4_hz(of: &Conditions, max: Option<usize>) -> bool {
    of.rate_per_s == Some(RATE) && of.max == max
}

/// The knee in ms, fitted for each repeat.
fn knee(record: &Record) -> Option<Estimate> {
    let mut repeats = BTreeMap::<u32, Vec<(f64, f64)>>::new();
    for row in &record.rows {
        let (of, conditions) = (&row.measurement, &row.measurement.conditions);
        let is_good = of.error.is_none() && of.transport == LongPolling;
        if let Some(growth_ms) = knee::growth_ms(of)
            && is_good
            && of_4_hz(conditions, Some(1))
        {
            let point = (conditions.rtt_us as f64 / 1000.0, growth_ms);
            repeats.entry(row.repeat).or_default().push(point);
        }
    }
    Estimate::of_values(repeats.into_values().filter_map(knee::fit).collect())
}

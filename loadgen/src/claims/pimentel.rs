//! What does theory predict for Pimentel and Nickerson, "Communicating and Displaying Real-Time
//! Data with WebSocket" (IEEE Internet Computing, 2012)? They measured readings at 4 Hz between
//! continents; their tables could not be had, so there is no published figure.

use std::time::Duration;

use server::Transport::{self, LongPolling, WebSocket};

use super::{Claim, Quantity, of_kind, ratio};
use crate::{measurement::Measurement, record::Record, scenario::Scenario, theory};

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
            let there = |row: &Measurement| row.rtt_us == rtt_ms * 1000 && of_4_hz(row, None);
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

fn of_4_hz(row: &Measurement, max: Option<usize>) -> bool {
    row.rate_per_s == Some(RATE) && row.max == max
}

/// The middle between the longest round trip at which the mean is one way, and the shortest at
/// which it is more than half a way longer; in ms.
fn knee(record: &Record) -> Option<f64> {
    let mut low: f64 = 0.0;
    let mut high = f64::INFINITY;
    let rows = record.rows.iter().map(|row| &row.measurement);
    let rows = rows.filter(|row| row.transport == LongPolling && of_4_hz(row, Some(1)));
    for row in rows {
        let (rtt_us, Some(mean_us)) = (row.rtt_us as f64, row.latency_us.mean) else {
            continue;
        };
        match mean_us < 0.75 * rtt_us {
            true => low = low.max(rtt_us),
            false => high = high.min(rtt_us),
        }
    }
    let found = low > 0.0 && high.is_finite() && low < high;
    found.then(|| (low + high) / 2.0 / 1000.0)
}

//! Verification of the instrument against known values: clock and timer, exchanges with known
//! bytes, a feed without delay, and injected delays.

mod distance;
mod exchange;
mod scripted;

use std::time::{Duration, Instant};

use server::{
    Transport,
    base::{clock, timer},
};

use crate::{
    client::shared::histogram,
    measure::run::{self, late_us},
    record::{Again, Check, Measurement, Scenario},
};

/// Runs all checks; each check of a delay takes `window`. `progress` receives the current check.
pub async fn calibrate(
    window: Duration,
    progress: &(dyn Fn(&str) + Sync),
) -> anyhow::Result<Vec<Check>> {
    progress("clock and timer");
    let mut checks = vec![resolution(), timer_late().await];
    progress("known exchanges");
    checks.extend(exchange::long_poll().await?);
    checks.extend(exchange::message().await?);
    progress("feed without delay");
    checks.extend(null_feed(window).await?);
    checks.extend(distance::checks(window, progress).await?);
    progress("bandwidth");
    checks.push(bandwidth(window).await?);
    Ok(checks)
}

/// The smallest step of the wall clock in 100,000 readings.
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

/// The delay after which a sleeping task wakes.
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

/// Latency of a feed in the generator's own process that sends each update at its planned time: the
/// floor of all latencies.
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
    let outcome = run::run(transport, &scenario, Some(server.address.into()), &|_| ()).await?;
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

/// 100 kB at 10 Mbit/s take 80 ms.
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

/// The check of a number of a row, or the error of the row.
fn reading(
    what: impl Into<String>,
    expected: u64,
    read: Option<u64>,
    bound: u64,
    row: &Measurement,
) -> Check {
    let check = Check::us(what, expected, read.unwrap_or(0), bound);
    match (read, row.error_code) {
        (Some(_), None) => check,
        (_, error_code) => Check {
            read: None,
            error: row.error.clone(),
            error_code,
            ..check
        },
    }
}

//! Is an injected delay measured correctly, and how much does the link add to it?

use std::time::Duration;

use server::Transport;

use super::reading;
use crate::{
    measure::run,
    record::{Check, Measurement, Scenario, scenario::count_of_clients},
};

/// Numbers of clients, and the round-trip times that they measure, in milliseconds.
const DISTANCES: [(usize, &[u64]); 2] = [(1, &[0, 50]), (20, &[0, 10, 50, 150])];
/// The round-trip time at which the link's own delay is measured.
const OWN_DELAY_RTT_US: u64 = 50_000;

/// All checks of delays; each takes `window`.
pub async fn checks(
    window: Duration,
    progress: &(dyn Fn(&str) + Sync),
) -> anyhow::Result<Vec<Check>> {
    let mut checks = Vec::new();
    for (clients, rtts_ms) in DISTANCES {
        let mut rows = Vec::new();
        for &rtt_ms in rtts_ms {
            progress(&format!("{}, rtt {rtt_ms}ms", count_of_clients(clients)));
            rows.push(measure(clients, Duration::from_millis(rtt_ms), window).await?);
        }
        checks.extend(rows.iter().flat_map(delay));
        checks.extend(own_delay(&rows));
    }
    Ok(checks)
}

async fn measure(clients: usize, rtt: Duration, window: Duration) -> anyhow::Result<Measurement> {
    let scenario = Scenario {
        clients,
        rate_per_s: Some(20.0),
        rtt,
        duration: window,
        warm_up: Duration::from_millis(100),
        ..Scenario::default()
    };
    let outcome = run::run(Transport::WebSocket, &scenario, None, &|_| ()).await?;
    Ok(outcome.measurement)
}

/// Checks the injected delay against the latency of a row.
fn delay(row: &Measurement) -> [Check; 2] {
    let clients = count_of_clients(row.conditions.clients);
    let rtt_us = row.conditions.rtt_us;
    let rtt_ms = rtt_us / 1_000;
    let what = |quantile| format!("websocket, {clients}, rtt {rtt_ms} ms, {quantile}");
    let (expected, latency) = (rtt_us / 2, &row.latency_us);
    [
        reading(what("p50"), expected, latency.p50, 1_000, row),
        reading(what("p99"), expected, latency.p99, 2_000, row),
    ]
}

/// The link's own delay: the median with the link, minus the injected delay and the median without
/// the link.
fn own_delay(rows: &[Measurement]) -> Option<Check> {
    let row_at = |rtt_us| rows.iter().find(|row| row.conditions.rtt_us == rtt_us);
    let (near, far) = (row_at(0)?, row_at(OWN_DELAY_RTT_US)?);
    let clients = count_of_clients(far.conditions.clients);
    let rtt_ms = OWN_DELAY_RTT_US / 1_000;
    let what = format!("link itself, {clients}, rtt {rtt_ms} ms, p50");
    let invalid = if near.error.is_some() { near } else { far };
    let check = reading(what, 0, far.latency_us.p50, 1_000, invalid);
    let without_us = near.latency_us.p50.unwrap_or(0) + OWN_DELAY_RTT_US / 2;
    let read = check.read.map(|read| read - without_us as f64);
    Some(Check { read, ..check })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{ErrorCode, Invalid};

    fn row(rtt_ms: u64, p50: u64) -> Measurement {
        let scenario = Scenario {
            clients: 20,
            rtt: Duration::from_millis(rtt_ms),
            ..Scenario::default()
        };
        let mut row = Measurement::empty(Transport::WebSocket, &scenario);
        row.latency_us.p50 = Some(p50);
        row
    }

    #[test]
    fn the_links_own_delay_is_the_rest_of_the_median() {
        let rows = [row(0, 350), row(10, 5_900), row(50, 25_750)];
        let check = own_delay(&rows).unwrap();
        assert_eq!(check.what, "link itself, 20 clients, rtt 50 ms, p50");
        assert_eq!((check.read, check.holds()), (Some(400.0), true));
        // On a noisy machine the run without the link may be the slower one.
        let rows = [row(0, 900), row(50, 25_750)];
        assert_eq!(own_delay(&rows).unwrap().read, Some(-150.0));
        let rows = [row(0, 350), row(50, 26_750)];
        assert!(!own_delay(&rows).unwrap().holds());
        assert_eq!(own_delay(&rows[1..]), None);
    }

    #[test]
    fn the_links_own_delay_is_unknown_if_a_run_is_invalid() {
        let invalid = |rtt_ms| row(rtt_ms, 0).invalid(&Invalid::ClientFailed("gone".into()));
        for rows in [[invalid(0), row(50, 25_750)], [row(0, 350), invalid(50)]] {
            let check = own_delay(&rows).unwrap();
            assert_eq!(check.read, None);
            assert_eq!(check.error_code, Some(ErrorCode::ClientFailed));
        }
    }
}

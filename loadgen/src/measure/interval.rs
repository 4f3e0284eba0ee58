//! Did polling clients keep their interval?

use std::time::Duration;

use server::Transport;

use crate::{
    client::ledger::Ledger,
    measure::warning::Warning,
    record::{Again, Scenario},
};

/// Warnings about the interval of a run; none for transports without an interval.
pub fn warnings(transport: Transport, scenario: &Scenario, in_window: &Ledger) -> Vec<Warning> {
    let wanted = scenario.interval;
    let Again::EveryInterval(used) = Again::of(transport, wanted) else {
        return Vec::new();
    };
    let rounded = (used != wanted).then_some(Warning::IntervalRounded { wanted, used });
    let real = real_interval(used, scenario, in_window);
    let missed = real.map(|real| Warning::IntervalMissed { used, real });
    rounded.into_iter().chain(missed).collect()
}

/// The mean time between two requests of a client, if it is certainly longer than the interval. A
/// client sends its next request after the response to the previous one, never two at once. Its
/// span begins and ends at responses, so one period of the feed and one request per client are
/// within the uncertainty.
fn real_interval(used: Duration, scenario: &Scenario, in_window: &Ledger) -> Option<Duration> {
    scenario.rate_per_s.filter(|&rate| rate > 0.0)?;
    let period = scenario.period().as_secs_f64();
    let span = period * in_window.deliveries as f64;
    let interval = used.as_secs_f64();
    let chance = scenario.clients as f64 * (period / interval + 1.0);
    let requests = in_window.requests as f64;
    let is_missed = requests > 0.0 && (requests + chance) * interval < 0.95 * span;
    is_missed.then(|| Duration::from_secs_f64(span / requests))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The warning of one client whose window had this many requests for 40 updates, one every 50 ms;
    /// empty if there is none.
    fn warning(transport: Transport, interval_ms: u64, requests: u64) -> String {
        let scenario = Scenario {
            clients: 1,
            rate_per_s: Some(20.0),
            interval: Duration::from_millis(interval_ms),
            ..Scenario::default()
        };
        let mut ledger = Ledger::default();
        (ledger.requests, ledger.deliveries) = (requests, 40);
        let warnings = warnings(transport, &scenario, &ledger);
        assert!(warnings.len() < 2, "{warnings:?}");
        warnings.first().map(Warning::to_string).unwrap_or_default()
    }

    #[test]
    fn a_rounded_interval_of_page_refresh_gives_a_warning() {
        for (wanted, used) in [(300, "1 s"), (1_500, "2 s")] {
            let warning = warning(Transport::PageRefresh, wanted, 2);
            assert!(warning.starts_with("interval-rounded: "), "{warning}");
            assert!(warning.contains(&format!("rounded to {used}")), "{warning}");
        }
        assert_eq!(warning(Transport::PageRefresh, 1_000, 2), "");
        assert_eq!(warning(Transport::PageRefresh, 2_000, 1), "");
        for transport in [Transport::Polling, Transport::HiddenFrame, Transport::Sse] {
            assert_eq!(warning(transport, 300, 7), "", "{transport}");
        }
    }

    #[test]
    fn an_interval_shorter_than_the_response_time_gives_a_warning_with_the_real_one() {
        // 40 updates take 2 s, so 20 requests are one every 100 ms.
        let missed = warning(Transport::Polling, 50, 20);
        assert!(missed.starts_with("interval-missed: "), "{missed}");
        assert!(missed.contains("every 100 ms instead of 50 ms"), "{missed}");
        // Two missing requests are within the uncertainty of the span.
        assert_eq!(warning(Transport::Polling, 50, 38), "");
        assert_eq!(warning(Transport::LongPolling, 50, 20), "");
    }
}

//! Did clients that send a request every interval keep it?

use std::time::Duration;

use server::Transport;

use crate::{
    client::ledger::Ledger,
    measure::warning::Warning,
    record::{Again, Scenario},
};

/// What must be said of the interval of a run; nothing for transports that have none.
pub fn warnings(transport: Transport, scenario: &Scenario, in_window: &Ledger) -> Vec<Warning> {
    let asked = scenario.interval;
    let Again::EveryInterval(used) = Again::of(transport, asked) else {
        return Vec::new();
    };
    let rounded = (used != asked).then_some(Warning::IntervalRounded { asked, used });
    let real = real_interval(used, scenario, in_window);
    let missed = real.map(|real| Warning::IntervalMissed { used, real });
    rounded.into_iter().chain(missed).collect()
}

/// The mean time between two requests of a client, where that is longer than the interval for
/// certain: a client sends its next request after the response to the one before, and never two at
/// once. The ends of its span lie at responses, so that one period of the feed and one request for
/// each client prove nothing.
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

    /// The codes of the warnings of one client whose window had this many requests for 40 updates,
    /// one every 50 ms.
    fn codes(transport: Transport, interval_ms: u64, requests: u64) -> Vec<String> {
        let scenario = Scenario {
            clients: 1,
            rate_per_s: Some(20.0),
            interval: Duration::from_millis(interval_ms),
            ..Scenario::default()
        };
        let mut ledger = Ledger::default();
        (ledger.requests, ledger.deliveries) = (requests, 40);
        let warnings = warnings(transport, &scenario, &ledger);
        warnings.iter().map(Warning::words).collect()
    }

    #[test]
    fn page_refresh_says_when_it_rounds_its_interval() {
        for (asked, used) in [(300, "1s"), (1_500, "2s")] {
            let said = codes(Transport::PageRefresh, asked, 2);
            let [said] = &said[..] else {
                panic!("{said:?}");
            };
            assert!(said.starts_with("interval-rounded: "), "{said}");
            assert!(said.contains(&format!("became {used}")), "{said}");
        }
        assert_eq!(codes(Transport::PageRefresh, 1_000, 2), [""; 0]);
        assert_eq!(codes(Transport::PageRefresh, 2_000, 1), [""; 0]);
        for transport in [Transport::Polling, Transport::HiddenFrame, Transport::Sse] {
            assert_eq!(codes(transport, 300, 7), [""; 0], "{transport}");
        }
    }

    #[test]
    fn an_interval_that_responses_do_not_allow_is_named_with_the_real_one() {
        // 40 updates take 2 s: 20 requests are one every 100 ms.
        let said = codes(Transport::Polling, 50, 20);
        let [said] = &said[..] else {
            panic!("{said:?}");
        };
        assert!(said.starts_with("interval-missed: "), "{said}");
        assert!(said.contains("every 100 ms instead of 50 ms"), "{said}");
        // Two requests fewer are the ends of the span.
        assert_eq!(codes(Transport::Polling, 50, 38), [""; 0]);
        assert_eq!(codes(Transport::LongPolling, 50, 20), [""; 0]);
    }
}

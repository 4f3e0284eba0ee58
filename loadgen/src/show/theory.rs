//! Theoretical latency, drawn under the measurements.
//!
//! d is the one-way delay, T the interval and P the period of the feed. Processing takes no time.

use server::Transport;

use crate::record::{Again, Scenario};

/// The mean latency of a transport in milliseconds; `None` if it grows without bound, or if
/// the scenario has no rate.
///
/// With polling, an update waits T/2 on average and then takes d: T/2 + d. Streams and WebSocket take
/// d. A long poll takes d as long as its next request arrives before the next update (2d ≤ P). Beyond
/// that, one response leaves per round trip, with all updates since the previous one (RFC 6202, section
/// 2.2): an update waits half a round trip on average and then takes d, in total a round trip. If the
/// number of updates per response is limited, they wait in a growing queue.
pub fn mean_ms(transport: Transport, scenario: &Scenario) -> Option<f64> {
    let way = scenario.rtt / 2;
    let period = scenario.period();
    scenario.rate_per_s.filter(|&rate| rate > 0.0)?;
    let mean = match Again::of(transport, scenario.interval) {
        Again::EveryInterval(interval) => interval / 2 + way,
        Again::KeptOpen => way,
        Again::AtOnce if scenario.rtt <= period => way,
        Again::AtOnce if scenario.max.is_some() => return None,
        Again::AtOnce => scenario.rtt,
    };
    Some(mean.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn mean(transport: Transport, rtt_ms: u64, max: Option<usize>) -> Option<f64> {
        let scenario = Scenario {
            rate_per_s: Some(4.0),
            rtt: Duration::from_millis(rtt_ms),
            max,
            ..Scenario::default()
        };
        mean_ms(transport, &scenario)
    }

    #[test]
    fn mean_latencies_follow_the_theory() {
        use Transport::*;
        assert_eq!(mean(Polling, 100, None), Some(550.0));
        assert_eq!(mean(WebSocket, 100, None), Some(50.0));
        // Four updates a second come every 250 ms.
        assert_eq!(mean(LongPolling, 250, None), Some(125.0));
        assert_eq!(mean(LongPolling, 250, Some(1)), Some(125.0));
        assert_eq!(mean(LongPolling, 251, Some(1)), None);
        assert_eq!(mean(LongPolling, 251, None), Some(251.0));
        assert_eq!(mean(LongPolling, 600, None), Some(600.0));
    }
}

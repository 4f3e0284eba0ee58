//! Which latency does arithmetic expect? To be drawn under what was measured.
//!
//! d is one way, T the interval, P the period of the feed; the machines take no time.

use server::Transport;

use crate::record::{Again, Scenario};

/// The mean latency of a transport in milliseconds; `None` where it grows without bound, or the
/// scenario has no rate.
///
/// Who asks every interval waits T/2 on average and then one way: T/2 + d. Streams and WebSocket
/// take one way: d. A long poll takes d as long as its next request is there before the next
/// update. Beyond that, an answer leaves in each round trip, with all that was published since the
/// one before (RFC 6202, section 2.2): updates wait half a round trip on average and take one way,
/// in all a round trip. With a bound on its answers they wait in a queue that grows.
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
        mean_ms(
            transport,
            &Scenario {
                rate_per_s: Some(4.0),
                rtt: Duration::from_millis(rtt_ms),
                max,
                ..Scenario::default()
            },
        )
    }

    #[test]
    fn means_are_those_of_the_theory() {
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

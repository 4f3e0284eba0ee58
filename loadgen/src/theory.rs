//! Which latency does arithmetic expect? To be drawn under what was measured.
//!
//! d is one way, T the interval, P the period of the feed; the machines take no time.

use std::time::Duration;

use server::Transport;

use crate::{plan::Again, scenario::Scenario};

/// So many updates are followed where a long poll is too far away for the rate: it settles within
/// a few.
const FOLLOWED: u32 = 1_000;

/// The mean latency of a transport in milliseconds; `None` where it grows without bound, or the
/// scenario has no rate.
///
/// Who asks every interval waits T/2 on average and then one way: T/2 + d. Streams and WebSocket
/// take one way: d. A long poll takes d as long as its next request is there before the next
/// update; beyond that, updates wait for it (RFC 6202, section 2.2), in one batch or, with a bound
/// on its answers, in a queue that grows.
pub fn mean_ms(transport: Transport, scenario: &Scenario) -> Option<f64> {
    let way = scenario.rtt / 2;
    let period = scenario.period();
    scenario.rate_per_s.filter(|&rate| rate > 0.0)?;
    let mean = match Again::of(transport, scenario.interval) {
        Again::EveryInterval(interval) => interval / 2 + way,
        Again::KeptOpen => way,
        Again::AtOnce if scenario.rtt <= period => way,
        Again::AtOnce if scenario.max.is_some() => return None,
        Again::AtOnce => way + mean_wait(period, scenario.rtt),
    };
    Some(mean.as_secs_f64() * 1000.0)
}

/// How long updates wait on average for a request that comes a round trip after each answer, which
/// carries all that are due.
fn mean_wait(period: Duration, rtt: Duration) -> Duration {
    let mut waited = Duration::ZERO;
    let mut request = Duration::ZERO;
    let mut answer = Duration::ZERO;
    for nth in 1..=FOLLOWED {
        let published = period * nth;
        if published > answer {
            // The first that is not in the answer before: it goes when a request is there.
            answer = request.max(published);
            request = answer + rtt;
        }
        waited += answer - published;
    }
    waited / FOLLOWED
}

#[cfg(test)]
mod tests {
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
        // Two periods away, every second update waits for one period.
        let two = mean(LongPolling, 500, None).unwrap();
        assert!((two - 375.0).abs() < 1.0, "{two}");
        // Far away, the wait goes towards half a round trip.
        let far = mean(LongPolling, 20_000, None).unwrap();
        assert!((far - 20_000.0).abs() < 500.0, "{far}");
    }
}

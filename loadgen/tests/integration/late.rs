//! Does an arrival have the kernel's timestamp, however late it is read, and is a run invalid if the
//! generator's lateness has an effect?

use std::{thread, time::Duration};

use loadgen::{
    measure::run,
    record::{ArrivalTime, ErrorCode, Measurement, Scenario},
};
use server::Transport;

use crate::running;

/// Time for which the load generator is blocked repeatedly, shorter than the time between two updates.
const BLOCKED: Duration = Duration::from_millis(300);
/// Time between two such blocks.
const FREE: Duration = Duration::from_millis(50);

/// Measures two updates per second in a runtime of one thread, which is blocked most of the time. The
/// server is a separate process. Repeats the measurement if the machine disturbed it.
fn measure_blocked(transport: Transport) -> Measurement {
    let (_server, port) = running::server("2");
    let scenario = Scenario {
        name: "blocked".into(),
        clients: 5,
        rate_per_s: None,
        payload_bytes: None,
        duration: Duration::from_millis(3500),
        warm_up: Duration::from_millis(500),
        interval: Duration::from_millis(200),
        ..Scenario::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(async {
        tokio::spawn(async {
            loop {
                thread::sleep(BLOCKED);
                tokio::time::sleep(FREE).await;
            }
        });
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
        let outcome = run::run(transport, &scenario, Some(address.into()), &|_| ()).await;
        outcome.unwrap().measurement
    })
}

/// Measures several transports at the same time.
fn all_blocked(transports: &[Transport]) -> Vec<Measurement> {
    let start = |&transport: &Transport| thread::spawn(move || measure_blocked(transport));
    let running: Vec<_> = transports.iter().map(start).collect();
    running.into_iter().map(|run| run.join().unwrap()).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn an_update_that_is_read_late_has_its_real_arrival() {
    use Transport::*;
    // The next request of a long poll is late too, but arrives before the next update.
    for row in all_blocked(&[LongPolling, ForeverFrame, HttpStreaming, Sse, WebSocket]) {
        assert_eq!(row.error, None);
        assert_eq!(row.arrival, Some(ArrivalTime::Kernel));
        assert_eq!(row.arrivals_without_timestamp, Some(0));
        assert_eq!(row.arrivals_sharing_timestamp, Some(0));
        let median_us = row.latency_us.p50.unwrap();
        assert!(median_us < 50_000, "{}: {median_us} µs", row.transport);
        let late_us = [row.read_delay_us.p50, row.read_delay_us.p99].map(Option::unwrap);
        assert!(late_us[0] > 75_000, "{late_us:?}");
        assert!((200_000..1_000_000).contains(&late_us[1]), "{late_us:?}");
        let warned = |code| row.warnings.iter().any(|warning| warning.starts_with(code));
        assert!(warned("read-late: "), "{:?}", row.warnings);
        if row.transport == LongPolling {
            assert!(row.ask_again_us.p99.unwrap() < 50_000, "{row:?}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn late_requests_that_delay_updates_invalidate_a_run() {
    use Transport::*;
    for row in all_blocked(&[PageRefresh, Polling, HiddenFrame]) {
        assert_eq!(
            row.error_code,
            Some(ErrorCode::AskedLate),
            "{:?}",
            row.error
        );
        let error = row.error.unwrap();
        assert!(error.contains("sent their next request"), "{error}");
        let late_us = row.ask_again_us.p99.unwrap();
        assert!((100_000..1_000_000).contains(&late_us), "{late_us}");
        assert_eq!(row.latency_us.p50, None, "no result");
    }
}

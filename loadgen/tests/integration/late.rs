//! Is an arrival that of the kernel, however late the load generator reads it; and is a run void
//! where its lateness has an effect?

use std::{thread, time::Duration};

use loadgen::{
    measure::run,
    record::{ArrivalTime, ErrorCode, Measurement, Scenario},
};
use server::Transport;

use crate::running;

/// The load generator does not run for so long, again and again: less than the time between two
/// updates.
const BLOCKED: Duration = Duration::from_millis(300);
/// Until it is blocked again.
const FREE: Duration = Duration::from_millis(50);

/// Measures two updates a second in a runtime of one thread, which is blocked most of the time; the
/// server is another process. Once more where the machine stopped both for it to count.
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
fn an_update_that_is_read_late_has_arrived_in_time() {
    use Transport::*;
    // The next request of a long poll is late too, but still there before the next update.
    for row in all_blocked(&[LongPolling, ForeverFrame, HttpStreaming, Sse, WebSocket]) {
        assert_eq!(row.error, None);
        assert_eq!(row.arrival, Some(ArrivalTime::Kernel));
        assert_eq!(row.arrivals_without_timestamp, Some(0));
        assert_eq!(row.arrivals_sharing_timestamp, Some(0));
        let median_us = row.latency_us.p50.unwrap();
        assert!(median_us < 50_000, "{}: {median_us} us", row.transport);
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
fn updates_that_wait_for_a_late_request_void_their_run() {
    use Transport::*;
    for row in all_blocked(&[PageRefresh, Polling, HiddenFrame]) {
        assert_eq!(
            row.error_code,
            Some(ErrorCode::AskedLate),
            "{:?}",
            row.error
        );
        let error = row.error.unwrap();
        assert!(error.contains("requested again"), "{error}");
        let late_us = row.ask_again_us.p99.unwrap();
        assert!((100_000..1_000_000).contains(&late_us), "{late_us}");
        assert_eq!(row.latency_us.p50, None, "no result");
    }
}

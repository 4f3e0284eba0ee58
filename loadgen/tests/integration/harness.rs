//! Does the instrument detect faults? A scripted server sends updates with known planned times, faults
//! and bytes.

use std::time::Duration;

use loadgen::{
    measure::run,
    record::{Class, Measurement, Scenario},
};
use server::Transport;

use crate::{
    running,
    scripted::{self, Fault, Script, Scripted},
};

/// The fault occurs one second after the start: in the window, even if a busy machine opens it half a
/// second late.
const FAULT: u64 = 50;

/// A script with a fault.
fn faulty(fault: Fault) -> Script {
    Script {
        fault: Some((FAULT, fault)),
        ..Script::default()
    }
}

/// Measures a script with a fault. Returns the row, which has no result, and its error.
async fn invalid(script: Script, rate_per_s: Option<f64>) -> (Measurement, String) {
    let (row, _) = measure(script, rate_per_s).await;
    running::assert_no_result(&serde_json::to_value(&row).unwrap());
    let error = row.error.clone().unwrap();
    (row, error)
}

/// Measures http-streaming against a scripted server: 50 updates per second for 1.5 seconds, with or
/// without an expected rate. Also returns the bytes of all requests that the server has read. Repeats
/// the measurement if other tests disturbed it.
async fn measure(script: Script, rate_per_s: Option<f64>) -> (Measurement, u64) {
    let scenario = Scenario {
        name: "scripted".into(),
        clients: 2,
        rate_per_s,
        payload_bytes: None,
        duration: Duration::from_millis(1500),
        warm_up: Duration::from_millis(200),
        ..Scenario::default()
    };
    for _ in 0..10 {
        let server = Scripted::start(script.clone()).await;
        let url = Some(server.address.into());
        let outcome = run::run(Transport::HttpStreaming, &scenario, url, &|_| ()).await;
        let outcome = outcome.unwrap();
        // An early arrival may be the purpose of the script.
        if !outcome.measurement.is_retryable() || script.planned_after > Duration::ZERO {
            return (outcome.measurement, server.request_bytes());
        }
    }
    panic!("this machine is too busy to measure anything");
}

#[tokio::test]
async fn a_feed_without_fault_is_a_measurement() {
    let (row, _) = measure(Script::default(), None).await;
    assert_eq!(row.error, None);
    assert_eq!((row.lost, row.duplicated, row.reordered), (0, 0, 0));
    assert_eq!(row.updates_expected, row.updates_received);
    // Two clients with 75 updates each, one more or fewer at the edges of the window.
    assert!((148..=152).contains(&row.updates_received), "{row:?}");
    assert_eq!(row.latency_us.count, row.updates_received);
    assert_eq!(row.unexplained_bytes, Some(0));
}

#[tokio::test]
async fn latency_starts_at_the_planned_time_and_not_at_the_sending() {
    let early = Script {
        planned_before: Duration::from_millis(70),
        ..Script::default()
    };
    let (row, _) = measure(early, None).await;
    assert_eq!(row.error, None);
    let min = row.latency_us.min.unwrap();
    // Never below the script's delay; the rest is the machine's own delay.
    assert!((69_900..120_000).contains(&min), "{min} us");
}

#[tokio::test]
async fn bytes_equal_those_of_the_script() {
    let script = Script::default();
    let (row, request_bytes) = measure(script.clone(), None).await;
    let bytes = row.bytes_per_update;
    let text = scripted::text(1_000_000, 1_700_000_000_000_000).len() as f64;
    assert_eq!(bytes.classes[Class::Payload], Some(text));
    // The line end after each update.
    assert_eq!(bytes.classes[Class::Format], Some(1.0));
    // A chunk size such as `2f`, and two line ends.
    assert_eq!(bytes.classes[Class::Chunk], Some(6.0));
    // The total also includes packet headers.
    let without_packets = bytes.total.unwrap() - bytes.classes[Class::TcpIp].unwrap_or(0.0);
    assert_eq!(without_packets, text + 7.0);
    // Each client opens its stream with a request and the response header of the script.
    let setup = row.bytes_total_by_direction.unwrap();
    let response_bytes = 2 * script.greeting.len() as u64;
    assert_eq!(setup.down[Class::Setup], Some(response_bytes));
    assert_eq!(setup.up[Class::Setup], Some(request_bytes));
}

#[tokio::test]
async fn a_lost_duplicated_or_reordered_update_is_an_error_without_results() {
    for (fault, [lost, duplicated, reordered]) in [
        (Fault::LeaveOut, [2, 0, 0]),
        (Fault::Double, [0, 2, 0]),
        (Fault::Swap, [0, 0, 2]),
    ] {
        let (row, error) = invalid(faulty(fault), None).await;
        let found = [row.lost, row.duplicated, row.reordered];
        assert_eq!(found, [lost, duplicated, reordered]);
        let sentence = format!(
            "bad-delivery: {lost} updates were lost, {duplicated} duplicated, {reordered} reordered; \
             use fewer clients, a lower rate or a server with a longer --history; if the error \
             remains, the server is at fault"
        );
        assert_eq!(error, sentence);
    }
}

#[tokio::test]
async fn a_failed_run_is_an_error_with_its_reason_and_without_results() {
    const REFUSAL: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nbusy";
    let greeting = |greeting| Script {
        greeting,
        ..Script::default()
    };
    let from_the_future = Script {
        planned_after: Duration::from_millis(5),
        ..Script::default()
    };
    let stops = "2 of 2 clients received no update planned after";
    for (script, rate_per_s, code, reason) in [
        (faulty(Fault::Silence), None, "client-failed", stops),
        (faulty(Fault::End), None, "client-failed", "can't connect"),
        (
            greeting("SSH-2.0-x\r\n\r\n"),
            None,
            "client-failed",
            "not an HTTP response",
        ),
        (greeting(REFUSAL), None, "client-failed", "503"),
        (
            from_the_future,
            None,
            "early-arrival",
            "wait until the clock is stable",
        ),
        (
            Script::default(),
            Some(20.0),
            "off-rate",
            "30 updates were planned",
        ),
    ] {
        let (_, error) = invalid(script, rate_per_s).await;
        assert!(error.starts_with(&format!("{code}: ")), "{reason}: {error}");
        assert!(error.contains(reason), "{reason}: {error}");
    }
}

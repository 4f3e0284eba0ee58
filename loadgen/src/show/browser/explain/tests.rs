use super::*;
use crate::record::Measurement;

fn times(p50: u64, p99: u64) -> LatencyUs {
    LatencyUs {
        p50: Some(p50),
        p99: Some(p99),
        count: 100,
        ..LatencyUs::default()
    }
}

fn side(request: &str, latency: (u64, u64), wire: (u64, u64), requests: usize) -> Side {
    Side {
        wire_latency_us: times(wire.0, wire.1),
        requests: Some(requests),
        asks_every_us: Some(1_000 * 1_000 / requests.max(1) as u64),
        sample: Some(Exchange {
            asked_us: 0,
            request: request.as_bytes().to_vec(),
            response: b"HTTP/1.1 200 OK\r\n\r\n".to_vec(),
        }),
        ..Side::of(Measurement {
            updates_received: 100,
            latency_us: times(latency.0, latency.1),
            ..empty()
        })
    }
}

fn empty() -> Measurement {
    Measurement::empty(Transport::Sse, &Scenario::default())
}

fn explained(transport: Transport, load_generator: Side, browser: Side) -> Vec<String> {
    let row = Comparison {
        transport,
        load_generator,
        browser,
        why: Vec::new(),
    };
    let scenario = Scenario {
        rate_per_s: Some(10.0),
        ..Scenario::default()
    };
    why(&row, &scenario)
}

const PLAIN: &str = "GET /x HTTP/1.1\r\nReferer: a\r\nPragma: x\r\n\r\n";

#[test]
fn values_within_the_bounds_agree() {
    let ours = side(PLAIN, (900, 1_500), (800, 1_200), 100);
    let browsers = side(PLAIN, (1_900, 6_500), (800, 1_200), 101);
    assert_eq!(
        explained(Transport::LongPolling, ours, browsers),
        [
            "request header: agrees, 42 bytes",
            "response header: agrees, 19 bytes",
            "p50: agrees within 1.0 ms (+1.0 ms)",
            "p99: agrees within 5.0 ms (+5.0 ms)",
        ]
    );
}

#[test]
fn lines_are_named_and_lateness_is_split_at_the_link() {
    let other = "GET /x HTTP/1.1\r\nReferer: abc\r\nsec-ch-ua: y\r\n\r\n";
    let ours = side(PLAIN, (900, 1_500), (800, 1_200), 1);
    let browsers = side(other, (3_900, 16_500), (1_300, 16_240), 2);
    let explained = explained(Transport::Sse, ours, browsers);
    assert_eq!(
        explained,
        [
            "request header: +5 bytes in the browser: Referer +2 (abc instead of a), sec-ch-ua +14 \
             (only in the browser: y), Pragma -11 (not in the browser: x)",
            "response header: agrees, 19 bytes",
            "p50: +3.0 ms in the browser: +0.5 ms before the client's end of the link, +2.5 ms \
             behind it (data pass from the network process through the event loop to the script)",
            "p99: +15.0 ms in the browser: +15.0 ms before the client's end of the link (in the \
             server and the link, which share this machine with the browser), +0.0 ms behind it",
            "requests: 2 of the browser, 1 of the load generator: one side had to reopen its stream",
        ]
    );
}

#[test]
fn polling_latencies_may_differ_by_a_period_of_the_feed() {
    let ours = side(PLAIN, (450_000, 950_000), (449_000, 949_000), 10);
    let browsers = side(PLAIN, (551_000, 1_200_000), (548_000, 1_190_000), 8);
    let explained = explained(Transport::Polling, ours, browsers);
    assert_eq!(explained[2], "p50: agrees within 101.0 ms (+101.0 ms)");
    for (nth, part) in [
        (
            3,
            "sends a request every 125.0 ms, the load generator every 100.0",
        ),
        (4, "requests: 8 of the browser, 10 of the load"),
    ] {
        assert!(explained[nth].contains(part), "{explained:?}");
    }
}

#[test]
fn after_a_loss_only_the_error_is_shown_and_on_a_busy_machine_the_headers() {
    let failed = |error: &str| Measurement {
        error: Some(error.into()),
        ..empty()
    };
    let ours = side(PLAIN, (900, 900), (900, 900), 1);
    let lost = explained(Transport::Sse, ours.clone(), Side::of(failed("2 lost")));
    assert_eq!(lost, ["browser: 2 lost"]);
    let mut late = ours.clone();
    late.measurement = failed("generator-late");
    assert_eq!(
        explained(Transport::Sse, late, ours),
        [
            "load generator: generator-late",
            "request header: agrees, 42 bytes",
            "response header: agrees, 19 bytes",
        ]
    );
}

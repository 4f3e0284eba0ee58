//! Are losses found, and is nothing lost when a broker or a server is killed?

use std::{sync::Arc, time::Duration};

use loadgen::{
    client::plan::Target,
    record::{HeaderProfile, ReceivedCounts},
    torture::{
        self, TortureOptions,
        faults::FaultKind,
        receiver::Receiver,
        shared::{Drain, Shared},
    },
};
use server::{Transport, cluster};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::Instant,
};

use crate::running;

/// A server that answers each poll with the next of these bodies, and then with empty arrays.
/// Returns what a client counts that expects the updates 1 to 4.
async fn polled(bodies: &[&str]) -> ReceivedCounts {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let bodies: Vec<_> = bodies.iter().map(|text| body(text)).collect();
    let serve = tokio::spawn(async move {
        let mut bodies = bodies.into_iter();
        let (mut stream, _) = listener.accept().await.unwrap();
        while stream
            .read(&mut [0; 4096])
            .await
            .is_ok_and(|length| length > 0)
        {
            let body = bodies.next().unwrap_or_else(|| "[]".into());
            let length = body.len();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let target = Target::in_clear_text(address, HeaderProfile::Minimal);
    let shared = Arc::new(Shared::new(vec![target], 1));
    shared.phase.send_modify(|phase| {
        phase.drain = Some(Drain {
            last: 4,
            until: Instant::now() + Duration::from_secs(2),
        });
    });
    let client = Receiver::new(0, Transport::LongPolling, vec![0], shared);
    let counts = client.run().await.counts;
    serve.abort();
    counts
}

/// The body with the updates of these digits, or else this body.
fn body(body: &str) -> String {
    if !body.bytes().all(|byte| byte.is_ascii_digit()) {
        return body.into();
    }
    let text = |seq| format!(r#"{{"seq":{seq},"at_us":{seq},"data":{{"number":{seq}}}}}"#);
    let texts: Vec<_> = body.chars().map(text).collect();
    format!("[{}]", texts.join(","))
}

#[tokio::test]
async fn a_faulty_feed_does_not_pass() {
    const MISSED_1: &str = r#"[{"missed":1}]"#;
    const MISSED_2: &str = r#"[{"missed":2}]"#;
    const STARTED_OVER: &str = r#"[{"started_over":true,"missed":0}]"#;
    const OTHER_TEXT: &str = r#"[{"seq":1,"at_us":1,"data":0}]"#;
    // Losses, duplicates and mismatches; missed updates, and notices that the feed started over.
    for (case, bodies, wrong, noticed) in [
        ("no fault", &["12", "34"][..], [0; 3], [0; 2]),
        ("a gap", &["1", "4"], [2, 0, 0], [0; 2]),
        ("a gap at the start", &["234"], [1, 0, 0], [0; 2]),
        ("no end", &["12"], [2, 0, 0], [0; 2]),
        ("a repetition", &["12", "234"], [0, 1, 0], [0; 2]),
        ("a notice", &["1", MISSED_2, "4"], [0; 3], [2, 0]),
        ("a low notice", &["1", MISSED_1, "4"], [1, 0, 0], [1, 0]),
        ("a high notice", &["1", MISSED_2, "34"], [0, 1, 0], [2, 0]),
        ("a new feed", &["12", STARTED_OVER, "1234"], [0; 3], [0, 1]),
        ("another text", &[OTHER_TEXT, "234"], [0, 0, 1], [0; 2]),
        ("another object", &["[{}]", "1234"], [0, 0, 1], [0; 2]),
        ("a page", &["<html>", "1234"], [0, 0, 1], [0; 2]),
    ] {
        let counts = polled(bodies).await;
        let losses = counts.silent_losses;
        let found = [losses, counts.duplicates, counts.mismatches];
        assert_eq!(found, wrong, "{case}");
        let found = [counts.missed_updates, counts.started_over_notices];
        assert_eq!(found, noticed, "{case}");
        assert_eq!(counts.is_correct(), wrong == [0; 3], "{case}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_a_broker_and_a_server_are_killed() {
    if let Err(missing) = cluster::require_broker() {
        return running::skipped(&missing.to_string());
    }
    let options = TortureOptions {
        brokers: 1,
        servers: 2,
        clients: 2,
        rate_per_s: 50.0,
        duration: Duration::from_secs(8),
        faults: vec![
            FaultKind::LeaderKilled,
            FaultKind::ServerKilled,
            FaultKind::ClientsMoved,
        ],
        longest_fault: Duration::from_millis(500),
        pause: Duration::from_millis(500),
    };
    let result = torture::run(&options, &|_| ()).await.unwrap();
    assert!(result.is_passed(), "{result:?}");
    assert!(result.faults.len() >= 2, "{:?}", result.faults);
    let acknowledged = result.published.acknowledged;
    assert!(acknowledged > 0);
    for row in &result.transports {
        assert!(row.received.deliveries >= 2 * acknowledged, "{row:?}");
    }
    for history in &result.histories {
        assert!(history.received.deliveries >= acknowledged, "{history:?}");
    }
}

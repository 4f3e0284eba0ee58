//! Are losses found, and is nothing lost when a broker or a server is killed?

use std::{path::Path, sync::Arc, time::Duration};

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
    let bodies: Vec<_> = bodies.iter().map(|body| (*body).to_owned()).collect();
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
    let client = Receiver::new(0, Transport::LongPolling, shared);
    let counts = client.run().await.counts;
    serve.abort();
    counts
}

fn updates(seqs: &[u64]) -> String {
    let text = |seq: &u64| format!(r#"{{"seq":{seq},"at_us":{seq},"data":{{"number":{seq}}}}}"#);
    let texts: Vec<_> = seqs.iter().map(text).collect();
    format!("[{}]", texts.join(","))
}

#[tokio::test]
async fn a_faulty_feed_does_not_pass() {
    let counts = polled(&[&updates(&[1, 2]), &updates(&[3, 4])]).await;
    assert!(counts.is_correct(), "{counts:?}");
    assert_eq!(counts.deliveries, 4);

    let gap = polled(&[&updates(&[1]), &updates(&[3, 4])]).await;
    assert_eq!(gap.silent_losses, 1);
    let repeated = polled(&[&updates(&[1, 2]), &updates(&[2, 3, 4])]).await;
    assert_eq!(repeated.duplicates, 1);
    let notice = r#"[{"missed":2}]"#;
    let explained = polled(&[&updates(&[1]), notice, &updates(&[4])]).await;
    assert!(explained.is_correct(), "{explained:?}");
    assert_eq!(explained.missed_updates, 2);
    let end = polled(&[&updates(&[1, 2])]).await;
    assert_eq!(end.silent_losses, 2, "3 and 4 did not arrive in time");
    let page = polled(&["<html>", &updates(&[1, 2, 3, 4])]).await;
    assert_eq!(page.mismatches, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_a_broker_and_a_server_are_killed() {
    if let Err(missing) = cluster::require_broker() {
        return running::skipped(&missing.to_string());
    }
    assert!(
        Path::new(env!("CARGO_BIN_EXE_loadgen"))
            .with_file_name("server")
            .is_file(),
        "the server is built: cargo build"
    );
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

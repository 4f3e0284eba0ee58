//! Are clients spread over several servers, and does the audit cover all of them?

use std::time::{Duration, Instant};

use loadgen::{
    measure::{run, target::RunningServers},
    record::{ErrorCode, Measurement, Scenario},
};
use serde_json::Value;
use server::{
    Transport,
    base::clock,
    cluster::{self, Cluster, ClusterOptions},
};

use crate::{
    running::{self, measured},
    scripted::{Fault, Script, Scripted},
};

/// Two servers with the feed of one broker; `None`, with a message, if the broker is not installed.
async fn two_servers() -> Option<(Cluster, String)> {
    if let Err(missing) = cluster::require_broker() {
        running::skipped(&missing.to_string());
        return None;
    }
    let options = ClusterOptions {
        brokers: 1,
        servers: 2,
        server_arguments: vec!["--rate=20".into(), "--interval=200ms".into()],
        ..ClusterOptions::default()
    };
    let cluster = Cluster::start(options).await.unwrap();
    let servers = cluster.servers.iter();
    let urls: Vec<_> = servers
        .map(|server| format!("--url http://{}", server.address()))
        .collect();
    Some((cluster, urls.join(" ")))
}

#[tokio::test]
async fn clients_of_two_servers_with_one_feed_are_measured_as_those_of_one_server() {
    let Some((cluster, urls)) = two_servers().await else {
        return;
    };
    for transport in Transport::ALL {
        let name = transport.name();
        let row = measured(&format!(
            "{urls} --transport {name} --clients 5 --duration 1s --interval 200ms"
        ));
        assert_eq!(row["servers"], 2, "{name}");
        assert_eq!(row["updates_expected"], row["updates_received"], "{name}");
        // 5 clients with 20 updates each, one more or fewer at the edges of the window.
        let expected = row["updates_expected"].as_u64().unwrap();
        assert!((95..=105).contains(&expected), "{name}: {expected}");
        for fault in ["lost", "duplicated", "reordered", "unexplained_bytes"] {
            assert_eq!(row[fault], 0, "{name}: {fault}");
        }
        for server in &cluster.servers {
            let sent = running::updates_sent(server.address(), name);
            // Two or three clients, at least in the window.
            assert!(sent >= 2 * 19, "{name}, {}: {sent}", server.name());
        }
    }
}

#[tokio::test]
async fn clients_publish_and_reconnect_at_two_servers() {
    let Some((cluster, urls)) = two_servers().await else {
        return;
    };
    let pids = cluster.servers.iter();
    let pids: Vec<_> = pids
        .map(|server| format!("--server-pid {}", server.id().unwrap()))
        .collect();
    for transport in ["sse", "websocket"] {
        let row = measured(&format!(
            "{urls} {} --transport {transport} --direction up --clients 4 --rate 40 --duration 1s \
             --reconnect",
            pids.join(" ")
        ));
        assert_eq!(row["publish"]["count"], 40);
        assert_eq!(row["publish"]["round_trip_us"]["count"], 40);
        assert_eq!(row["reconnect_us"]["count"], 4);
        assert_eq!(row["lost"], 0);
        assert!(row["server"]["cpu_us_per_update"].as_f64().unwrap() > 0.0);
        assert!(row["server"]["rss_bytes"].as_u64().unwrap() > 1 << 21);
    }
}

#[test]
fn servers_with_different_feeds_are_an_error() {
    let (_ahead, ahead) = running::server("1000");
    running::wait_until("the feed has 300 updates", || newest(ahead) > 300);
    let [(_one, one), (_other, other)] = [running::server("20"), running::server("20")];
    for (servers, difference) in [
        ([one, other], "has different texts"),
        ([ahead, other], "their updates have different numbers"),
    ] {
        let [first, second] = servers.map(|port| format!("--url http://127.0.0.1:{port}"));
        let output = running::run(&format!(
            "{first} {second} --transport websocket --clients 4 --duration 1s"
        ));
        assert_eq!(output.status.code(), Some(1));
        let row: Value = serde_json::from_slice(&output.stdout).unwrap();
        running::assert_no_result(&row);
        let error = row["error"].as_str().unwrap();
        assert_eq!(
            running::error_code(&row),
            Some(ErrorCode::DifferentFeeds),
            "{error}"
        );
        assert!(error.contains(difference), "{error}");
        assert!(error.contains("the same --feed"), "{error}");
    }
}

/// The number of the newest update of a server.
fn newest(port: u16) -> u64 {
    let response = running::get(([127, 0, 0, 1], port).into(), "/polling");
    let seq = response
        .split_once("\"seq\":")
        .and_then(|(_, rest)| rest.split(',').next());
    seq.map_or(0, |seq| seq.parse().unwrap())
}

#[tokio::test]
async fn an_update_that_one_of_two_servers_loses_is_an_error() {
    let row = of_two_servers(None).await;
    assert_eq!(row.error, None);
    assert_eq!((row.lost, row.updates_expected), (0, row.updates_received));
    let row = of_two_servers(Some(50)).await;
    assert_eq!(row.error_code, Some(ErrorCode::BadDelivery), "{row:?}");
    assert_eq!((row.lost, row.duplicated, row.reordered), (2, 0, 0));
}

/// Measures four clients of two scripted servers with the same updates, of which the second server
/// leaves one out. Repeats the measurement if other tests disturbed it.
async fn of_two_servers(leave_out: Option<u64>) -> Measurement {
    let scenario = Scenario {
        clients: 4,
        servers: 2,
        rate_per_s: None,
        payload_bytes: None,
        duration: Duration::from_millis(1500),
        warm_up: Duration::from_millis(200),
        ..Scenario::default()
    };
    for _ in 0..10 {
        let wait = Duration::from_millis(50);
        let begin = (
            Instant::now() + wait,
            clock::now_us() + wait.as_micros() as u64,
        );
        let script = Script {
            begin: Some(begin),
            ..Script::default()
        };
        let second = Script {
            fault: leave_out.map(|nth| (nth, Fault::LeaveOut)),
            ..script.clone()
        };
        let servers = [Scripted::start(script).await, Scripted::start(second).await];
        let running =
            RunningServers::from(servers.each_ref().map(|server| server.address).to_vec());
        let run = run::run(Transport::HttpStreaming, &scenario, Some(running), &|_| ());
        let row = run.await.unwrap().measurement;
        if !row.is_retryable() {
            return row;
        }
    }
    panic!("this machine is too busy to measure anything");
}

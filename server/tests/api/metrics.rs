//! The metrics, in the text format of Prometheus.

use std::collections::BTreeMap;

use crate::{
    http::{Connection, get},
    process::Server,
    transports::{TRANSPORTS, Transport, When},
    websocket::WebSocket,
};

/// The samples of the text format. The help and type of each metric must precede them.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let mut types = BTreeMap::new();
    let mut samples = BTreeMap::new();
    for line in text.lines() {
        let words: Vec<_> = line.splitn(4, ' ').collect();
        match words[..] {
            ["#", "HELP", _, _] => {}
            ["#", "TYPE", name, kind] => {
                assert!(["gauge", "counter"].contains(&kind), "{line}");
                assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
                types.insert(name.to_owned(), kind.to_owned());
            }
            [sample, value] => {
                let name = sample.split('{').next().expect("a name");
                assert!(types.contains_key(name), "{line}");
                let value = value.parse().expect("a number");
                assert!(samples.insert(sample.to_owned(), value).is_none(), "{line}");
            }
            _ => panic!("not a line of the format: {line:?}"),
        }
    }
    samples
}

fn named(name: &str, transport: &str) -> String {
    format!("{name}{{transport=\"{transport}\"}}")
}

#[test]
fn the_metrics_list_all_eight_transports_and_start_at_zero() {
    let server = Server::quiet(&[]);
    let answer = server.get("/metrics");
    assert_eq!(answer.head.status, 200);
    let media_type = answer.head.field("content-type");
    assert_eq!(media_type, Some("text/plain; version=0.0.4; charset=utf-8"));
    assert!(answer.text().ends_with('\n'));
    let mut expected = BTreeMap::from([
        ("feed_newest_seq".to_owned(), 0.0),
        ("feed_history_bytes".to_owned(), 0.0),
    ]);
    for name in [
        "feed_clients",
        "feed_requests_total",
        "feed_updates_sent_total",
        "feed_body_bytes_sent_total",
    ] {
        expected.extend(TRANSPORTS.iter().map(|row| (named(name, row.name), 0.0)));
    }
    for reason in [
        "connections",
        "connections_per_address",
        "connections_without_request",
        "header_timeout",
        "body_timeout",
        "message_timeout",
        "header_too_large",
        "bad_request",
        "pipelined",
        "unknown_host",
        "forbidden",
        "publish_rate",
        "body_too_large",
        "unsupported_media_type",
        "websocket_protocol_error",
        "websocket_unsupported_data",
        "websocket_invalid_text",
        "websocket_message_too_long",
        "too_slow",
    ] {
        let sample = format!("feed_rejections_total{{reason=\"{reason}\"}}");
        expected.insert(sample, 0.0);
    }
    assert_eq!(samples(&answer.text()), expected);
}

/// Receives two updates; returns the bytes of the body and the open connection.
fn ask(server: &Server, transport: Transport) -> (usize, Connection) {
    let target = format!("/{}?after=0", transport.name);
    match transport.when {
        When::Ended => {
            let mut connection = server.connect();
            (connection.ask(&get(&target)).body.len(), connection)
        }
        When::Chunk => {
            let mut stream = server.stream(&target);
            let chunks = if transport.name == "http-streaming" {
                2
            } else {
                3
            };
            let bytes = (0..chunks).map(|_| stream.chunk().expect("the stream continues").len());
            (bytes.sum(), stream)
        }
        When::Frame => {
            let mut socket = WebSocket::open(server, &target);
            let frames = [socket.frame(), socket.frame()].into_iter();
            let bytes = frames.map(|frame| 1 + frame.length.len() + frame.payload.len());
            (bytes.sum(), socket.0)
        }
    }
}

#[test]
fn requests_updates_bytes_and_clients_are_counted_for_each_transport() {
    let server = Server::quiet(&[]);
    server.publish("\"one\"");
    server.publish("\"two\"");
    assert_eq!(server.metric("feed_newest_seq"), 2);
    for transport in TRANSPORTS {
        let name = transport.name;
        let (bytes, connection) = ask(&server, transport);
        let open = u64::from(transport.when != When::Ended);
        server.clients_become(name, open);
        for (metric, expected) in [
            ("feed_requests_total", 1),
            ("feed_updates_sent_total", 2),
            ("feed_body_bytes_sent_total", bytes as u64),
        ] {
            assert_eq!(server.metric(&named(metric, name)), expected, "{name}");
        }
        drop(connection);
        server.clients_become(name, 0);
    }
}

#[test]
fn held_and_rejected_requests_are_counted_and_leave_no_client() {
    let server = Server::quiet(&["--hold", "1h"]);
    let poll = server.send(&get("/long-polling?after=0"));
    server.clients_become("long-polling", 1);
    drop(poll);
    server.clients_become("long-polling", 0);
    for name in ["sse", "websocket"] {
        assert_eq!(server.get(&format!("/{name}?after=x")).head.status, 400);
        server.clients_become(name, 0);
    }
    assert_eq!(server.get("/websocket").head.status, 400);
    server.clients_become("websocket", 0);
}

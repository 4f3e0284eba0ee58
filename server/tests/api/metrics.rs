//! The metrics, in the text format of Prometheus.

use std::collections::BTreeMap;

use crate::{
    http::get,
    process::Server,
    transports::{TRANSPORTS, When},
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
fn ask(server: &Server, name: &str, when: When) -> (u64, WebSocket) {
    let mut socket = WebSocket(server.connect());
    let target = format!("/{name}?after=0");
    if when == When::Frame {
        assert_eq!(socket.start_handshake(&target).status, 101);
        let frames = [socket.frame(), socket.frame()];
        let bytes = frames.map(|frame| 1 + frame.length.len() + frame.payload.len());
        return ((bytes[0] + bytes[1]) as u64, socket);
    }
    socket.0.send(&get(&target));
    if when == When::Ended {
        return (socket.0.answer().body.len() as u64, socket);
    }
    assert_eq!(socket.0.head().status, 200);
    let chunks = if name == "http-streaming" { 2 } else { 3 };
    let bytes = (0..chunks).map(|_| socket.0.chunk().expect("the stream continues").len());
    (bytes.sum::<usize>() as u64, socket)
}

#[test]
fn requests_updates_bytes_and_clients_are_counted_for_each_transport() {
    let server = Server::quiet(&[]);
    server.publish("\"one\"");
    server.publish("\"two\"");
    assert_eq!(server.metric("feed_newest_seq"), 2);
    for transport in TRANSPORTS {
        let name = transport.name;
        let (bytes, connection) = ask(&server, name, transport.when);
        let open = u64::from(transport.when != When::Ended);
        server.clients_become(name, open);
        for (metric, expected) in [
            ("feed_requests_total", 1),
            ("feed_updates_sent_total", 2),
            ("feed_body_bytes_sent_total", bytes),
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

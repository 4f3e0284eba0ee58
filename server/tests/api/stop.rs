//! How the server stops: all connections end, and the process exits.

use std::time::Duration;

use crate::{
    http::{Connection, request},
    process::Server,
    transports::{When, kept_open, seq},
    websocket::WebSocket,
};

/// The server waits 1 s for connections to finish; the rest allows for a busy machine.
const SOON: Duration = Duration::from_secs(5);

fn stops_on(signal: &str) {
    let mut server = Server::quiet(&["--hold", "1h"]);
    server.publish("1");
    let mut poll = server.connect();
    poll.send(&request("GET", "/long-polling?after=1", &[], b""));
    server.metric_becomes("feed_clients{transport=\"long-polling\"}", 1);
    let streams: Vec<_> = kept_open()
        .filter(|row| row.when == When::Chunk)
        .map(|row| stream_after_the_first(&server, row.name))
        .collect();
    let mut socket = WebSocket::open(&server, "/websocket?after=0");
    assert!(socket.text().starts_with("{\"seq\":1,"));

    server.signal(signal);
    assert_eq!(poll.answer().text(), "[]");
    for mut stream in streams {
        assert_eq!(stream.chunk(), None, "the final chunk");
    }
    let frame = socket.frame();
    assert_eq!(frame.first, 0x88, "{frame:?}");
    assert_eq!(frame.close_reason(), (1001, "the server stops".into()));
    let status = server.ends_within(SOON);
    assert_eq!(status.code(), Some(0), "{status}");
}

/// A stream that has received its first update.
fn stream_after_the_first(server: &Server, name: &str) -> Connection {
    let mut stream = server.connect();
    stream.send(&request("GET", &format!("/{name}?after=0"), &[], b""));
    assert_eq!(stream.head().status, 200);
    let mut chunk = stream.chunk().expect("the stream continues");
    while !chunk.windows(8).any(|bytes| bytes == b"{\"seq\":1") {
        chunk = stream.chunk().expect("the stream continues");
    }
    stream
}

#[test]
fn sigterm_answers_polls_ends_streams_closes_websockets_and_ends_the_process() {
    stops_on("TERM");
}

#[test]
fn sigint_does_the_same() {
    stops_on("INT");
}

#[test]
fn stopping_while_the_ticker_runs_leaves_no_gap_in_any_stream() {
    let mut server = Server::start(&["--rate", "200"]);
    let mut clients: Vec<_> = kept_open()
        .map(|row| row.client(&server, Some(0)))
        .collect();
    for client in &mut clients {
        client.take(10);
    }
    server.signal("TERM");
    for mut client in clients {
        for (number, text) in (11..).zip(client.until_the_end()) {
            assert_eq!(seq(&text), Some(number), "{}", client.transport.name);
        }
    }
    let status = server.ends_within(SOON);
    assert_eq!(status.code(), Some(0), "{status}");
}

#[test]
fn without_clients_the_server_stops_at_once() {
    let mut server = Server::quiet(&[]);
    server.signal("TERM");
    let status = server.ends_within(SOON);
    assert_eq!(status.code(), Some(0), "{status}");
}

#[test]
fn an_idle_connection_does_not_prevent_the_server_from_stopping() {
    let mut server = Server::quiet(&[]);
    let _silent = server.connect();
    let mut asked = server.connect();
    asked.send(&request("GET", "/polling", &[], b""));
    assert_eq!(asked.answer().text(), "[]");
    server.signal("TERM");
    let status = server.ends_within(SOON);
    assert_eq!(status.code(), Some(0), "{status}");
}

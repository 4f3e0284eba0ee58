//! How the server stops: all connections end, and the process exits.

use crate::{
    http::get,
    process::Server,
    transports::{kept_open, seq},
};

fn stops_on(signal: &str) {
    let mut server = Server::quiet(&["--hold", "1h"]);
    server.publish("1");
    let mut poll = server.send(&get("/long-polling?after=1"));
    server.clients_become("long-polling", 1);
    let mut clients: Vec<_> = kept_open()
        .map(|row| row.client(&server, Some(0)))
        .collect();
    for client in &mut clients {
        assert_eq!(seq(&client.next()), Some(1));
    }
    // Idle connections do not prevent it from stopping.
    let _silent = server.connect();
    let mut answered = server.connect();
    assert!(answered.is_answered());

    server.signal(signal);
    assert_eq!(poll.answer().text(), "[]");
    for mut client in clients {
        let (texts, close) = client.until_the_end();
        assert_eq!(texts, [""; 0], "{}", client.transport.name);
        if let Some(frame) = close {
            assert_eq!(frame.first, 0x88, "{frame:?}");
            assert_eq!(frame.close_reason(), (1001, "the server stops".into()));
        }
    }
    server.assert_ends();
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
        for (number, text) in (11..).zip(client.until_the_end().0) {
            assert_eq!(seq(&text), Some(number), "{}", client.transport.name);
        }
    }
    server.assert_ends();
}

#[test]
fn without_clients_the_server_stops_at_once() {
    Server::quiet(&[]).assert_stops();
}

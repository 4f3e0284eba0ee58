//! Deadlines for clients that send slowly or nothing.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use crate::{
    bad_input::assert_problem,
    http::{Connection, request},
    process::Server,
    websocket::{CLOSE, CONTINUATION, FIN, PING, TEXT, WebSocket, masked},
};

/// Sends one byte each 20 ms until `end` or until the server closes the connection.
fn trickle(mut connection: Connection, bytes: &[u8], end: &AtomicBool) {
    for byte in bytes.iter().cycle() {
        if end.load(Ordering::Relaxed) || connection.try_send(&[*byte]).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Trickles on the connection while its response is read.
fn while_trickling<T>(
    connection: &mut Connection,
    bytes: &[u8],
    read: impl FnOnce(&mut Connection) -> T,
) -> T {
    let end = AtomicBool::new(false);
    let other = connection.another();
    thread::scope(|scope| {
        scope.spawn(|| trickle(other, bytes, &end));
        let result = read(connection);
        end.store(true, Ordering::Relaxed);
        result
    })
}

#[test]
fn a_late_header_gets_408() {
    let server = Server::quiet(&["--header-timeout", "300ms"]);
    let mut silent = server.connect();
    let mut begun = server.send(b"GET /polling HT");
    let mut trickling = server.send(b"GET /polling HTTP/1.1\r\n");
    let mut second = server.connect();
    assert!(second.is_answered());
    second.send(b"GET /polling HT");
    assert_problem(&silent.answer(), 408);
    assert_problem(&begun.answer(), 408);
    assert_problem(&second.answer(), 408);
    let answer = while_trickling(&mut trickling, b"a: b\r\n", Connection::answer);
    assert_problem(&answer, 408);
    server.rejections_become("header_timeout", 4);
}

#[test]
fn a_connection_without_a_request_is_kept_after_the_first() {
    let server = Server::quiet(&["--header-timeout", "100ms"]);
    let mut connection = server.connect();
    for _ in 0..2 {
        assert!(connection.is_answered());
        // Longer than the time limit of a header.
        let mut silent = server.connect();
        assert_problem(&silent.answer(), 408);
    }
}

#[test]
fn a_late_body_gets_408() {
    let server = Server::quiet(&["--body-timeout", "300ms"]);
    let head = "POST /updates HTTP/1.1\r\nHost: localhost\r\n";
    for framing in [
        "Content-Length: 60000\r\n\r\n\"",
        "Transfer-Encoding: chunked\r\n\r\nea60\r\n\"",
    ] {
        let mut silent = server.send(format!("{head}{framing}").as_bytes());
        let mut trickling = server.send(format!("{head}{framing}").as_bytes());
        let answer = while_trickling(&mut trickling, b"x", Connection::answer);
        assert_problem(&answer, 408);
        assert_problem(&silent.answer(), 408);
        assert_eq!(silent.rest(), b"");
    }
    server.rejections_become("body_timeout", 4);
    assert_eq!(server.texts(), [""; 0]);
}

#[test]
fn a_body_that_trickles_in_after_its_rejection_ends_with_the_connection() {
    let server = Server::quiet(&["--body-timeout", "300ms"]);
    let head = "POST /updates HTTP/1.1\r\nHost: localhost\r\n";
    let long = "1".repeat(0x1_0001);
    let chunked = "Transfer-Encoding: chunked";
    for (body, status) in [
        (format!("Content-Length: 10000000\r\n\r\n{long}"), 413),
        (format!("{chunked}\r\n\r\n989680\r\n{long}"), 413),
        (
            format!("Origin: http://evil.test\r\n{chunked}\r\n\r\n9\r\n1"),
            403,
        ),
    ] {
        let mut connection = server.send(format!("{head}{body}").as_bytes());
        assert_problem(&connection.answer(), status);
        let rest = while_trickling(&mut connection, b"x", Connection::rest);
        assert_eq!(rest, b"");
    }
}

#[test]
fn a_late_websocket_message_closes_the_connection() {
    let server = Server::quiet(&["--message-timeout", "300ms"]);
    let whole = masked(FIN | TEXT, b"1");
    let beginnings: [&[u8]; 6] = [
        // A frame's header, a part of its payload, a fragment, a control frame after a fragment.
        &[FIN | TEXT],
        &whole[..whole.len() - 1],
        &masked(TEXT, b"1"),
        &[masked(TEXT, b"1"), masked(FIN | PING, b"")].concat(),
        &[masked(FIN | TEXT, b"1"), vec![FIN | TEXT]].concat(),
        &[FIN | PING],
    ];
    for (nth, beginning) in (1..).zip(beginnings) {
        let mut socket = WebSocket::open(&server, "/websocket?after=99");
        assert!(socket.text().contains("started_over"));
        socket.0.send(beginning);
        let reason = "the message was not complete in time";
        assert_eq!(socket.close_reason(), (1008, reason.into()), "{nth}");
        assert_eq!(socket.0.rest(), b"");
        server.rejections_become("message_timeout", nth);
    }
}

#[test]
fn fragments_do_not_extend_the_deadline_of_their_message() {
    let server = Server::quiet(&["--message-timeout", "300ms"]);
    let mut socket = WebSocket::open(&server, "/websocket");
    socket.0.send(&masked(TEXT, b"1"));
    let fragment = masked(CONTINUATION, b"1");
    let rest = while_trickling(&mut socket.0, &fragment, Connection::rest);
    assert!(rest.starts_with(&[FIN | CLOSE]), "{rest:?}");
}

#[test]
fn each_complete_message_has_its_own_deadline() {
    let server = Server::quiet(&["--message-timeout", "2s"]);
    let mut socket = WebSocket::open(&server, "/websocket");
    // Together they take longer than one message may.
    for number in 0..30 {
        socket.0.send(&masked(TEXT, b"1"));
        thread::sleep(Duration::from_millis(100));
        socket.0.send(&masked(FIN | CONTINUATION, b"1"));
        assert!(socket.text().ends_with("\"data\":11}"), "{number}");
    }
}

#[test]
fn the_body_of_any_request_has_the_same_deadline() {
    let server = Server::quiet(&["--body-timeout", "300ms"]);
    for name in ["sse", "http-streaming", "forever-frame"] {
        let target = format!("/{name}");
        let begun = request("GET", &target, &["Content-Length: 10000"], b"x");
        let mut stream = server.send(&begun);
        assert_eq!(stream.head().status, 200);
        while_trickling(&mut stream, b"x", Connection::rest);
        server.clients_become(name, 0);
    }
}

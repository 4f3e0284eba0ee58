//! Invalid requests, and clients that wait before they send a body.

use super::rejections;
use crate::{
    bad_input::assert_problem,
    http::{HOST, request},
    process::Server,
};

#[test]
fn an_invalid_request_gets_a_problem_and_ends_the_connection() {
    let server = Server::quiet(&[]);
    let long = format!("GET /{} HTTP/1.1\r\n", "a".repeat(200_000));
    let fields = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(200));
    for (bytes, status) in [
        ("\u{16}\u{3}\u{1}\u{2}", 400),
        ("GET / HTTP/3.0\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        (
            "GET /sse HTTP/1.1\r\nHost: a\r\nOrigin: x\r\nOrigin: y\r\n\r\n",
            400,
        ),
        (
            "GET /sse HTTP/1.1\r\nHost: a\r\nLast-Event-ID: 1\r\nLast-Event-ID: 1\r\n\r\n",
            400,
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
            400,
        ),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
            501,
        ),
        (&long, 431),
        (&fields, 431),
    ] {
        let mut connection = server.connect();
        let _ = connection.try_send(bytes.as_bytes());
        let answer = connection.answer();
        assert_problem(&answer, status);
        assert_eq!(answer.head.field("connection"), Some("close"));
        assert!(
            answer
                .head
                .field("date")
                .is_some_and(|date| date.ends_with("GMT"))
        );
        assert_eq!(connection.rest(), b"");
    }
    server.metric_becomes(&rejections("bad_request"), 9);
    server.metric_becomes(&rejections("header_too_large"), 2);
}

#[test]
fn an_invalid_request_after_valid_ones_is_answered_in_order() {
    let server = Server::quiet(&[]);
    let mut connection = server.connect();
    let good = request("GET", "/healthz", &[], b"");
    connection.send(&[&good[..], &good, b"GET / HTTP/1.1\r\n\r\n", &good].concat());
    assert_eq!(connection.answer().text(), "ok\n");
    assert_eq!(connection.answer().text(), "ok\n");
    assert_problem(&connection.answer(), 400);
    assert_eq!(connection.rest(), b"");
}

#[test]
fn invalid_chunks_get_a_problem() {
    let server = Server::quiet(&[]);
    let head = "POST /updates HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    for body in ["x\r\n", "1\r\n12\r\n", "11111111111111111\r\n", "1\n1\r\n"] {
        let mut connection = server.connect();
        connection.send(format!("{head}{body}").as_bytes());
        let answer = connection.answer();
        assert_problem(&answer, 400);
        assert_eq!(answer.head.field("connection"), Some("close"), "{body:?}");
        assert_eq!(connection.rest(), b"");
    }
    assert_eq!(server.texts(), [""; 0]);
}

/// A POST of `length` bytes whose client waits for `100 Continue`.
fn expecting(target: &str, length: usize, field: &str) -> String {
    format!(
        "POST {target} HTTP/1.1\r\nHost: {HOST}\r\nExpect: 100-continue\r\n\
         Content-Length: {length}\r\n{field}\r\n\r\n"
    )
}

#[test]
fn a_client_that_waits_receives_100_continue() {
    let server = Server::quiet(&[]);
    let mut connection = server.connect();
    for _ in 0..2 {
        connection.send(expecting("/updates", 1, "X: y").as_bytes());
        assert_eq!(connection.head().status, 100);
        connection.send(b"1");
        assert_eq!(connection.answer().head.status, 201);
    }
    // It may send the body without waiting. Then there is no `100 Continue`.
    connection.send(format!("{}2", expecting("/updates", 1, "X: y")).as_bytes());
    assert_eq!(connection.answer().head.status, 201);
}

#[test]
fn a_rejection_replaces_100_continue() {
    let server = Server::quiet(&[]);
    for (target, length, field, status) in [
        ("/updates", 1, "Origin: http://evil.test", 403),
        ("/updates", 65_537, "X: y", 413),
        ("/updates", 1, "Content-Encoding: gzip", 415),
        ("/polling", 1, "X: y", 405),
        ("/nothing", 1, "X: y", 405),
        ("/lab", 1, "X: y", 404),
        ("/updates", 1, "Expect: something", 417),
    ] {
        let mut connection = server.connect();
        connection.send(expecting(target, length, field).as_bytes());
        let answer = connection.answer();
        assert_problem(&answer, status);
        assert_eq!(
            answer.head.field("connection"),
            Some("close"),
            "{target} {field}"
        );
        assert_eq!(connection.rest(), b"");
    }
    let mut connection = server.connect();
    let chunked = expecting("/updates", 1, "Origin: http://evil.test")
        .replace("Content-Length: 1", "Transfer-Encoding: chunked");
    connection.send(chunked.as_bytes());
    assert_problem(&connection.answer(), 403);
    assert_eq!(connection.rest(), b"");
}

#[test]
fn a_target_in_absolute_form_may_have_no_path() {
    let server = Server::quiet(&[]);
    let [with_path, without_path] =
        ["http://localhost/?after=0", "http://localhost?after=0"].map(|target| server.get(target));
    assert_eq!(without_path.head.status, with_path.head.status);
    assert_eq!(without_path.body, with_path.body);
}

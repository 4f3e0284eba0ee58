//! Invalid requests, and clients that wait before they send a body.

use crate::{
    bad_input::assert_problem,
    http::{HOST, get},
    process::Server,
};

#[test]
fn an_invalid_request_after_valid_ones_is_answered_in_order() {
    let server = Server::quiet(&[]);
    let good = get("/healthz");
    let bad = b"GET / HTTP/1.1\r\n\r\n";
    let mut connection = server.send(&[&good[..], &good, bad, &good].concat());
    assert_eq!(connection.answer().text(), "ok\n");
    assert_eq!(connection.answer().text(), "ok\n");
    assert_problem(&connection.answer(), 400);
    assert_eq!(connection.rest(), b"");
}

/// A POST whose client waits for `100 Continue` before it sends the body.
fn expecting(target: &str, fields: &str) -> Vec<u8> {
    let fields = format!("Expect: 100-continue\r\n{fields}");
    format!("POST {target} HTTP/1.1\r\nHost: {HOST}\r\n{fields}\r\n\r\n").into_bytes()
}

#[test]
fn a_client_that_waits_receives_100_continue() {
    let server = Server::quiet(&[]);
    let mut connection = server.connect();
    let head = expecting("/updates", "Content-Length: 1");
    for _ in 0..2 {
        connection.send(&head);
        assert_eq!(connection.head().status, 100);
        assert_eq!(connection.ask(b"1").head.status, 201);
    }
    // It may send the body without waiting. Then there is no `100 Continue`.
    let answer = connection.ask(&[&head[..], b"2"].concat());
    assert_eq!(answer.head.status, 201);
}

#[test]
fn a_rejection_replaces_100_continue() {
    let server = Server::quiet(&[]);
    for (target, fields, status) in [
        (
            "/updates",
            "Content-Length: 1\r\nOrigin: http://evil.test",
            403,
        ),
        (
            "/updates",
            "Transfer-Encoding: chunked\r\nOrigin: http://evil.test",
            403,
        ),
        ("/updates", "Content-Length: 65537", 413),
        (
            "/updates",
            "Content-Length: 1\r\nContent-Encoding: gzip",
            415,
        ),
        ("/polling", "Content-Length: 1", 405),
        ("/nothing", "Content-Length: 1", 405),
        ("/lab", "Content-Length: 1", 404),
        ("/updates", "Content-Length: 1\r\nExpect: something", 417),
    ] {
        let mut connection = server.send(&expecting(target, fields));
        let answer = connection.answer();
        assert_problem(&answer, status);
        let field = answer.head.field("connection");
        assert_eq!(field, Some("close"), "{target} {fields}");
        assert_eq!(connection.rest(), b"");
    }
}

#[test]
fn a_target_in_absolute_form_may_have_no_path() {
    let server = Server::quiet(&[]);
    let [with_path, without_path] =
        ["http://localhost/?after=0", "http://localhost?after=0"].map(|target| server.get(target));
    assert_eq!(without_path.head.status, with_path.head.status);
    assert_eq!(without_path.body, with_path.body);
}

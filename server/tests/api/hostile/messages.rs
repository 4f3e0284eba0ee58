//! Messages that are not HTTP, or are ambiguous.

use super::{Case, assert_withstands, case};
use crate::process::Server;

/// A message in the usual form, with more lines in its header.
fn message(start: &str, fields: &str) -> String {
    format!("{start}\r\nHost: localhost\r\n{fields}\r\n\r\n")
}

fn cases() -> Vec<Case> {
    let get = |fields: &str| message("GET /polling HTTP/1.1", fields);
    let mut cases = vec![
        case(400, "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}"),
        case(400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        case(400, "GET /polling HTTP/1.1\r\n\r\n"),
        case(
            431,
            message(&format!("GET /{} HTTP/1.1", "a".repeat(40_000)), "A: b"),
        ),
        case(431, get(&["a: b"; 97].join("\r\n"))),
        case(431, get(&format!("a: {}", "b".repeat(33_000)))),
    ];
    for start in [
        "GET /polling HTTP/9.9",
        "GET /polling HTTP/2.0",
        "GET /polling",
        "GET  /polling HTTP/1.1",
        "GET /pol ling HTTP/1.1",
        "GET\t/polling HTTP/1.1",
        "G(T /polling HTTP/1.1",
        "GET /polling HTTP/1.1 ",
    ] {
        cases.push(case(400, message(start, "A: b")));
    }
    for fields in [
        "Host: localhost",
        "Host : localhost",
        " folded: line",
        "no-colon",
        ": no-name",
        "A: b\0c",
        "A: b\rc",
        "A\u{e9}: b",
        "A B: c",
        "Origin: http://localhost\r\nOrigin: http://localhost",
        "Last-Event-ID: 1\r\nLast-Event-ID: 2",
    ] {
        cases.push(case(400, get(fields)));
    }
    for host in ["a b", "u@a", "a/b"] {
        let request = format!("GET /polling HTTP/1.1\r\nHost: {host}\r\n\r\n");
        cases.push(case(400, request));
    }
    cases.push(case(404, message("GET polling HTTP/1.1", "A: b")));
    cases.extend(bodies());
    cases
}

/// Requests with a body whose length is wrong or ambiguous.
fn bodies() -> impl Iterator<Item = Case> {
    let chunked = "Transfer-Encoding: chunked";
    let both = format!("Content-Length: 1\r\n{chunked}");
    let both_in_other_order = format!("{chunked}\r\nContent-Length: 6");
    let chunked_twice = format!("{chunked}\r\n{chunked}");
    let bodies = [
        (417, "Content-Length: 1\r\nExpect: 200-ok", "1"),
        (400, &both, "0\r\n\r\n"),
        (400, &both_in_other_order, "0\r\n\r\n1"),
        (400, "Content-Length: 1\r\nContent-Length: 1", "1"),
        (400, "Content-Length: 1\r\nContent-Length: 2", "11"),
        (400, "Content-Length: 1, 1", "1"),
        (400, "Content-Length: +1", "1"),
        (400, "Content-Length: -1", "1"),
        (400, "Content-Length: 0x1", "1"),
        (400, "Content-Length: 1 1", "1"),
        (400, "Content-Length: x", "1"),
        (400, "Content-Length: 18446744073709551616", "1"),
        (501, "Transfer-Encoding: gzip", "1"),
        (501, "Transfer-Encoding: gzip, chunked", "1"),
        (501, "Transfer-Encoding: chunked, identity", "1"),
        (501, "Transfer-Encoding: xchunked", "1"),
        (501, &chunked_twice, "0\r\n\r\n"),
        (400, chunked, "x\r\n1\r\n0\r\n\r\n"),
        (400, chunked, "-1\r\n1\r\n0\r\n\r\n"),
        (400, chunked, "fffffffffffffffff\r\n1\r\n"),
        (400, chunked, "1\r\n12\r\n0\r\n\r\n"),
        (400, chunked, "1\n1\r\n"),
    ];
    let bodies = bodies.map(|(status, fields, body)| {
        case(status, message("POST /updates HTTP/1.1", fields) + body)
    });
    bodies.into_iter()
}

#[test]
fn an_invalid_or_ambiguous_message_is_rejected_and_ends_the_connection() {
    let server = Server::quiet(&[]);
    for answer in assert_withstands(&server, &cases()) {
        let closes = (answer.head.status != 404).then_some("close");
        assert_eq!(answer.head.field("connection"), closes, "{answer:?}");
        let date = answer.head.field("date").expect("a date");
        assert!(date.ends_with("GMT"), "{date}");
    }
    let cases = cases();
    let bad = cases
        .iter()
        .filter(|case| [400, 417, 501].contains(&case.status));
    assert_eq!(server.rejections("bad_request"), bad.count() as u64);
}

//! Messages that are not HTTP, or are ambiguous.

use super::{Case, assert_withstands, case};
use crate::process::Server;

/// A message in the usual form, up to the empty line.
fn message(start: &str, fields: &str) -> String {
    format!("{start}\r\nHost: localhost\r\n{fields}\r\n")
}

pub fn cases() -> Vec<Case> {
    let post = |fields: &str, body: &str| message("POST /updates HTTP/1.1", fields) + body;
    let get = |fields: &str| message("GET /polling HTTP/1.1", fields);
    let starts = [
        (
            400,
            "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}".to_owned(),
        ),
        (400, message("GET /polling HTTP/9.9", "")),
        (400, message("GET /polling HTTP/2.0", "")),
        (400, message("GET /polling", "")),
        (400, message("GET  /polling HTTP/1.1", "")),
        (400, message("GET /pol ling HTTP/1.1", "")),
        (400, message("GET\t/polling HTTP/1.1", "")),
        (400, message("G(T /polling HTTP/1.1", "")),
        (400, message("GET /polling HTTP/1.1 ", "")),
        (404, message("GET polling HTTP/1.1", "")),
        (400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        (400, "GET /polling HTTP/1.1\r\n\r\n".to_owned()),
        (
            431,
            message(&format!("GET /{} HTTP/1.1", "a".repeat(40_000)), ""),
        ),
    ];
    let fields = [
        (400, get("Host: localhost\r\n")),
        (400, get("Host : localhost\r\n")),
        (400, get(" folded: line\r\n")),
        (400, get("no-colon\r\n")),
        (400, get(": no-name\r\n")),
        (400, get("A: b\0c\r\n")),
        (400, get("A: b\rc\r\n")),
        (400, get("A\u{e9}: b\r\n")),
        (400, get("A B: c\r\n")),
        (
            400,
            get("Origin: http://localhost\r\nOrigin: http://localhost\r\n"),
        ),
        (400, get("Last-Event-ID: 1\r\nLast-Event-ID: 2\r\n")),
        (431, get(&"a: b\r\n".repeat(97))),
        (431, get(&format!("a: {}\r\n", "b".repeat(33_000)))),
        (417, post("Content-Length: 1\r\nExpect: 200-ok\r\n", "1")),
    ];
    let framing = [
        (
            400,
            post(
                "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                "0\r\n\r\n",
            ),
        ),
        (
            400,
            post(
                "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
                "0\r\n\r\n1",
            ),
        ),
        (400, post("Content-Length: 1\r\nContent-Length: 1\r\n", "1")),
        (
            400,
            post("Content-Length: 1\r\nContent-Length: 2\r\n", "11"),
        ),
        (400, post("Content-Length: 1, 1\r\n", "1")),
        (400, post("Content-Length: +1\r\n", "1")),
        (400, post("Content-Length: -1\r\n", "1")),
        (400, post("Content-Length: 0x1\r\n", "1")),
        (400, post("Content-Length: 1 1\r\n", "1")),
        (400, post("Content-Length: 18446744073709551616\r\n", "1")),
        (501, post("Transfer-Encoding: gzip\r\n", "1")),
        (501, post("Transfer-Encoding: gzip, chunked\r\n", "1")),
        (501, post("Transfer-Encoding: chunked, identity\r\n", "1")),
        (501, post("Transfer-Encoding: xchunked\r\n", "1")),
        (
            501,
            post(
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "0\r\n\r\n",
            ),
        ),
        (
            400,
            post("Transfer-Encoding: chunked\r\n", "x\r\n1\r\n0\r\n\r\n"),
        ),
        (
            400,
            post("Transfer-Encoding: chunked\r\n", "-1\r\n1\r\n0\r\n\r\n"),
        ),
        (
            400,
            post(
                "Transfer-Encoding: chunked\r\n",
                "fffffffffffffffff\r\n1\r\n",
            ),
        ),
        (
            400,
            post("Transfer-Encoding: chunked\r\n", "1\r\n12\r\n0\r\n\r\n"),
        ),
    ];
    let all = starts.into_iter().chain(fields).chain(framing);
    all.map(|(status, request)| case(status, request)).collect()
}

#[test]
fn an_invalid_or_ambiguous_message_is_rejected() {
    assert_withstands(&Server::quiet(&[]), &cases());
}

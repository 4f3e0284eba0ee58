//! Bodies that are not valid updates.

use super::{Case, assert_withstands, case};
use crate::{http::request, process::Server};

pub fn cases() -> Vec<Case> {
    let deep = ["[".repeat(10_000), "]".repeat(10_000)].concat();
    let long = "1".repeat(65_537);
    let json = ["Content-Type: application/json"];
    let plain = ["Content-Type: text/plain"];
    let bodies: [(u16, &[&str], &[u8]); 24] = [
        (400, &json, b""),
        (400, &json, b" \n"),
        (400, &json, b"hello"),
        (400, &json, b"{"),
        (400, &json, b"{\"a\":1} x"),
        (400, &json, b"{\"a\":1}{\"b\":2}"),
        (400, &json, b"{a:1}"),
        (400, &json, b"'a'"),
        (400, &json, b"NaN"),
        (400, &json, b"01"),
        (400, &json, b"\"\n\""),
        (400, &json, b"\"\\ud800\""),
        (400, &json, b"\"\xff\""),
        (400, &json, b"\xff\xfe[\x001\x00]\x00"),
        (400, &json, b"{\"__proto__\":1}"),
        (400, &json, deep.as_bytes()),
        (400, &plain, b"\xff"),
        (400, &plain, b"\xed\xa0\x80"),
        (413, &json, long.as_bytes()),
        (413, &plain, long.as_bytes()),
        (415, &["Content-Encoding: gzip"], b"\x1f\x8b\x08"),
        (415, &["Content-Encoding: identity, br"], b"1"),
        (415, &["Content-Type: text/plain; charset=utf-16"], b"1"),
        (
            415,
            &["Content-Type: application/json; charset=\"latin1\""],
            b"1",
        ),
    ];
    let bodies = bodies
        .map(|(status, fields, body)| case(status, request("POST", "/updates", fields, body)));
    let declared =
        "POST /updates HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1099511627776\r\n\r\n";
    let mut cases = vec![case(413, declared)];
    cases.extend(bodies);
    cases
}

#[test]
fn an_invalid_body_is_rejected_and_publishes_nothing() {
    assert_withstands(&Server::quiet(&[]), &cases());
}

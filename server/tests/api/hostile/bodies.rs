//! Bodies that are not valid updates.

use super::{Case, assert_withstands, case};
use crate::{http::request, process::Server};

fn cases() -> Vec<Case> {
    let post = |fields: &[&str], body: &[u8]| request("POST", "/updates", fields, body);
    let declared = "POST /updates HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1099511627776";
    let mut cases = vec![case(413, format!("{declared}\r\n\r\n"))];
    let (json, plain) = ("Content-Type: application/json", "Content-Type: text/plain");
    let deep = ["[".repeat(10_000), "]".repeat(10_000)].concat();
    let not_json: [&[u8]; 16] = [
        b"",
        b" \n",
        b"hello",
        b"{",
        b"{\"a\":1} x",
        b"{\"a\":1}{\"b\":2}",
        b"{a:1}",
        b"'a'",
        b"NaN",
        b"01",
        b"\"\n\"",
        b"\"\\ud800\"",
        b"\"\xff\"",
        b"\xff\xfe[\x001\x00]\x00",
        b"{\"__proto__\":1}",
        deep.as_bytes(),
    ];
    cases.extend(not_json.map(|body| case(400, post(&[json], body))));
    let not_utf8: [&[u8]; 2] = [b"\xff", b"\xed\xa0\x80"];
    cases.extend(not_utf8.map(|body| case(400, post(&[plain], body))));
    let long = "1".repeat(65_537);
    cases.extend([json, plain].map(|kind| case(413, post(&[kind], long.as_bytes()))));
    for coding in [
        "gzip",
        "br",
        "GZIP",
        "identity, gzip",
        "x",
        "gzip\r\nContent-Encoding: identity",
    ] {
        let field = format!("Content-Encoding: {coding}");
        cases.extend([json, plain].map(|kind| case(415, post(&[&field, kind], b"1"))));
    }
    for charset in [
        "text/plain; charset=iso-8859-1",
        "text/plain;charset=\"windows-1252\"",
        "application/json; CHARSET=UTF-16",
        "application/json; charset=\"latin1\"",
        "text/plain; format=flowed; charset=euc-kr",
    ] {
        let field = format!("Content-Type: {charset}");
        cases.push(case(415, post(&[&field], b"1")));
    }
    cases
}

#[test]
fn an_invalid_body_is_rejected_and_publishes_nothing() {
    let cases = cases();
    let answers = assert_withstands(&Server::quiet(&[]), &cases);
    for (case, answer) in cases.iter().zip(answers) {
        let request = String::from_utf8_lossy(&case.request);
        let accepted = request.contains("Content-Encoding").then_some("identity");
        assert_eq!(answer.head.field("accept-encoding"), accepted);
    }
}

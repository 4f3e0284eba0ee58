//! Request bodies with a content coding, a charset or a byte order mark.

use std::io::Write;

use crate::{
    bad_input::assert_problem,
    http::{Answer, request},
    process::Server,
    transports::TRANSPORTS,
    websocket::{FIN, TEXT, WebSocket},
};

fn post(server: &Server, fields: &[&str], body: &[u8]) -> Answer {
    server.ask(&request("POST", "/updates", fields, body))
}

#[test]
fn an_encoded_body_is_rejected() {
    let server = Server::quiet(&[]);
    for coding in [
        "gzip",
        "br",
        "GZIP",
        "identity, gzip",
        "x",
        "gzip\r\nContent-Encoding: identity",
    ] {
        let field = format!("Content-Encoding: {coding}");
        for fields in [vec![&field[..]], vec![&field, "Content-Type: text/plain"]] {
            let answer = post(&server, &fields, b"1");
            assert_problem(&answer, 415);
            assert_eq!(
                answer.head.field("accept-encoding"),
                Some("identity"),
                "{coding}"
            );
        }
    }
    assert_eq!(server.texts(), [""; 0]);
    for coding in ["Content-Encoding: identity", "Content-Encoding: Identity"] {
        assert_eq!(post(&server, &[coding], b"1").head.status, 201);
    }
}

#[test]
fn a_body_in_another_charset_is_rejected() {
    let server = Server::quiet(&[]);
    for media_type in [
        "text/plain; charset=iso-8859-1",
        "text/plain;charset=\"windows-1252\"",
        "application/json; CHARSET=UTF-16",
        "text/plain; format=flowed; charset=euc-kr",
    ] {
        let field = format!("Content-Type: {media_type}");
        assert_problem(&post(&server, &[&field], b"1"), 415);
    }
    assert_eq!(server.texts(), [""; 0]);
    for media_type in [
        "text/plain; charset=\"UTF-8\"",
        "text/plain; charset=us-ascii",
        "application/json;charset=utf-8",
    ] {
        let field = format!("Content-Type: {media_type}");
        assert_eq!(
            post(&server, &[&field], b"1").head.status,
            201,
            "{media_type}"
        );
    }
}

#[test]
fn the_lab_rejects_an_encoded_body_too() {
    let server = Server::quiet(&["--lab"]);
    for field in [
        "Content-Encoding: gzip",
        "Content-Type: text/plain; charset=utf-16",
    ] {
        assert_problem(&server.ask(&request("POST", "/lab", &[field], b"{}")), 415);
    }
    let body = b"\xef\xbb\xbf{\"rtt_us\":1000}";
    assert_eq!(
        server.ask(&request("POST", "/lab", &[], body)).head.status,
        200
    );
}

#[test]
fn a_byte_order_mark_at_the_start_is_skipped() {
    let server = Server::quiet(&[]);
    assert_eq!(post(&server, &[], b"\xef\xbb\xbf[1]").head.status, 201);
    let plain = ["Content-Type: text/plain"];
    assert_eq!(post(&server, &plain, b"\xef\xbb\xbfhello").head.status, 201);
    assert_eq!(post(&server, &plain, b"\xef\xbb\xbf[2]").head.status, 201);
    let mut socket = WebSocket::open(&server, "/websocket?after=3");
    socket.send(FIN | TEXT, b"\xef\xbb\xbf[3]");
    assert!(socket.text().ends_with("\"data\":[3]}"));
    let texts = server.texts();
    for (text, data) in texts.iter().zip(["[1]", "\"hello\"", "[2]", "[3]"]) {
        assert!(text.ends_with(&format!("\"data\":{data}}}")), "{text}");
    }
}

#[test]
fn a_byte_order_mark_at_the_start_of_standard_input_is_skipped() {
    for (line, data) in [
        (&b"\xef\xbb\xbfhello\n"[..], "\"hello\""),
        (b"\xef\xbb\xbf{\"a\":1}\n", "{\"a\":1}"),
    ] {
        let mut server = Server::start(&["--source", "stdin"]);
        server.stdin().write_all(line).expect("the server reads");
        let text = TRANSPORTS[6].client(&server, Some(0)).next();
        assert!(text.ends_with(&format!("\"data\":{data}}}")), "{text}");
    }
}

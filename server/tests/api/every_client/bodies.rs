//! Request bodies with a content coding, a charset or a byte order mark.

use std::io::Write;

use crate::{
    bad_input::assert_problem,
    http::request,
    process::Server,
    transports::{self, TRANSPORTS},
    websocket::{FIN, TEXT, WebSocket},
};

#[test]
fn a_body_that_is_not_encoded_and_is_in_utf8_is_accepted() {
    let server = Server::quiet(&[]);
    for field in [
        "Content-Encoding: identity",
        "Content-Encoding: Identity",
        "Content-Type: text/plain; charset=\"UTF-8\"",
        "Content-Type: text/plain; charset=us-ascii",
        "Content-Type: application/json;charset=utf-8",
    ] {
        assert_eq!(server.post(&[field], b"1").head.status, 201, "{field}");
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
    let answer = server.ask(&request("POST", "/lab", &[], body));
    assert_eq!(answer.head.status, 200);
}

#[test]
fn a_byte_order_mark_at_the_start_is_skipped() {
    let server = Server::quiet(&[]);
    assert_eq!(server.post(&[], b"\xef\xbb\xbf[1]").head.status, 201);
    let plain = ["Content-Type: text/plain"];
    assert_eq!(server.post(&plain, b"\xef\xbb\xbfhello").head.status, 201);
    assert_eq!(server.post(&plain, b"\xef\xbb\xbf[2]").head.status, 201);
    let mut socket = WebSocket::open(&server, "/websocket?after=3");
    socket.send(FIN | TEXT, b"\xef\xbb\xbf[3]");
    socket.text();
    let texts = server.texts();
    for (text, data) in texts.iter().zip(["[1]", "\"hello\"", "[2]", "[3]"]) {
        assert_eq!(transports::data(text), data);
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
        assert_eq!(transports::data(&text), data);
    }
}

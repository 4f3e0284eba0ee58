//! `POST /updates`: how clients of one-way transports publish.

use crate::{bad_input::assert_problem, http::request, process::Server, transports::data};

/// The data of all updates.
fn published(server: &Server) -> Vec<String> {
    let texts = server.texts();
    texts.iter().map(|text| data(text).to_owned()).collect()
}

#[test]
fn a_client_may_close_its_side_right_behind_the_body() {
    let server = Server::quiet(&[]);
    for seq in 1..=20 {
        let mut connection = server.send(&request("POST", "/updates", &[], b"1"));
        connection.end();
        assert_eq!(connection.answer().text(), format!("{{\"seq\":{seq}}}"));
    }
}

#[test]
fn a_json_value_is_published_and_its_seq_returned() {
    let server = Server::quiet(&[]);
    let longest = format!("\"{}\"", "x".repeat(65_534));
    let values = ["{\"a\":1}", "null", "\"text\"", "-0.5e-7", &longest];
    for (number, value) in (1..).zip(values) {
        let answer = server.post(&["Content-Type: application/json"], value.as_bytes());
        assert_eq!(answer.head.status, 201);
        assert_eq!(answer.text(), format!("{{\"seq\":{number}}}"));
        assert_eq!(answer.head.field("content-type"), Some("application/json"));
        assert_eq!(answer.head.field("cache-control"), Some("no-store"));
    }
    assert_eq!(published(&server), values);
}

#[test]
fn plain_text_that_is_not_json_becomes_a_string() {
    let server = Server::quiet(&[]);
    let plain = ["Content-Type: Text/Plain; charset=utf-8"];
    for text in ["hello, \"world\"\n", "[1, 2]", ""] {
        assert_eq!(server.post(&plain, text.as_bytes()).head.status, 201);
    }
    let expected = ["\"hello, \\\"world\\\"\\n\"", "[1,2]", "\"\""];
    assert_eq!(published(&server), expected);
}

#[test]
fn a_chunked_body_is_published_and_limited_too() {
    let server = Server::quiet(&[]);
    let head = "POST /updates HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = server.ask(format!("{head}3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n").as_bytes());
    assert_eq!(answer.head.status, 201);
    assert_eq!(answer.text(), "{\"seq\":1}");
    let long = "1".repeat(0x1_0001);
    let answer = server.ask(format!("{head}10001\r\n{long}\r\n0\r\n\r\n").as_bytes());
    assert_problem(&answer, 413);
    assert_eq!(published(&server), ["[1,2]"]);
}

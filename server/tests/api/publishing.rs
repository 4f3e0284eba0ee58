//! `POST /updates`: how clients of one-way transports publish.

use crate::{
    bad_input::assert_problem,
    http::{Answer, request},
    process::Server,
};

fn post(server: &Server, fields: &[&str], body: &[u8]) -> Answer {
    server.ask(&request("POST", "/updates", fields, body))
}

fn data(server: &Server) -> Vec<String> {
    let texts = server.texts();
    let data = texts
        .iter()
        .map(|text| text.split_once("\"data\":").expect("an update").1);
    data.map(|data| data.strip_suffix('}').expect("its end").to_owned())
        .collect()
}

#[test]
fn a_client_may_close_its_side_right_behind_the_body() {
    let server = Server::quiet(&[]);
    for seq in 1..=20 {
        let mut connection = server.connect();
        connection.send(&request("POST", "/updates", &[], b"1"));
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
        let answer = post(
            &server,
            &["Content-Type: application/json"],
            value.as_bytes(),
        );
        assert_eq!(answer.head.status, 201);
        assert_eq!(answer.text(), format!("{{\"seq\":{number}}}"));
        assert_eq!(answer.head.field("content-type"), Some("application/json"));
        assert_eq!(answer.head.field("cache-control"), Some("no-store"));
    }
    assert_eq!(data(&server), values);
}

#[test]
fn plain_text_that_is_not_json_becomes_a_string() {
    let server = Server::quiet(&[]);
    let plain = ["Content-Type: Text/Plain; charset=utf-8"];
    for text in ["hello, \"world\"\n", "[1, 2]", ""] {
        assert_eq!(post(&server, &plain, text.as_bytes()).head.status, 201);
    }
    assert_eq!(
        data(&server),
        ["\"hello, \\\"world\\\"\\n\"", "[1,2]", "\"\""]
    );
}

#[test]
fn invalid_data_are_rejected_and_change_nothing() {
    let server = Server::quiet(&[]);
    let long = vec![b'1'; 65_537];
    let deep = [b"[".repeat(10_000), b"]".repeat(10_000)].concat();
    let plain = "Content-Type: text/plain";
    let refused: [(&[&str], &[u8], u16); 12] = [
        (&[], b"hello", 400),
        (&[], b"{\"a\":1} x", 400),
        (&[], b"", 400),
        (&[], b" \n", 400),
        (&[], b"\"\xff\"", 400),
        (&[plain], b"\xff", 400),
        (&[], b"\"\\ud800\"", 400),
        (&[], &deep, 400),
        (&[], b"{\"__proto__\":1}", 400),
        (&[], &long, 413),
        (&["Origin: http://evil.test"], b"1", 403),
        (&[plain, "Origin: null"], b"1", 403),
    ];
    for (fields, body, status) in refused {
        let answer = post(&server, fields, body);
        assert_problem(&answer, status);
    }
    assert_eq!(server.texts(), [""; 0]);
    assert_eq!(server.publish("1"), 1);
}

#[test]
fn a_page_of_this_server_may_publish() {
    let server = Server::quiet(&[]);
    let answer = post(&server, &["Origin: http://localhost"], b"1");
    assert_eq!(answer.head.status, 201);
}

#[test]
fn a_chunked_body_is_published_and_limited_too() {
    let server = Server::quiet(&[]);
    let head = "POST /updates HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = server.ask(format!("{head}3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n").as_bytes());
    assert_eq!(
        (answer.head.status, answer.text()),
        (201, "{\"seq\":1}".into())
    );
    let long = "1".repeat(0x1_0001);
    let answer = server.ask(format!("{head}10001\r\n{long}\r\n0\r\n\r\n").as_bytes());
    assert_problem(&answer, 413);
    assert_eq!(data(&server), ["[1,2]"]);
}

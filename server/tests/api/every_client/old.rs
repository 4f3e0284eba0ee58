//! HTTP/1.0: no chunks; the end of the connection ends the body (RFC 9112, section 6.1).

use crate::{
    process::Server,
    transports::{TRANSPORTS, Transport, When, ending, kept_open, seq},
};

fn streams() -> impl Iterator<Item = Transport> {
    kept_open().filter(|row| row.when == When::Chunk)
}

/// The header and the body of a response that ends with its connection.
fn split(response: &[u8]) -> (String, Vec<u8>) {
    let end = response.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let (head, body) = response.split_at(end.expect("a header") + 4);
    let head = String::from_utf8(head.to_vec()).expect("it is ASCII");
    (head.to_ascii_lowercase(), body.to_vec())
}

#[test]
fn a_stream_has_no_chunks_and_ends_with_the_connection() {
    for fields in ["", "Connection: keep-alive\r\n", "Host: localhost\r\n"] {
        for transport in streams() {
            let server = Server::quiet(&[]);
            server.publish("1");
            server.publish("2");
            let mut stream = server.connect();
            let name = transport.name;
            let request = format!("GET /{name}?after=0 HTTP/1.0\r\n{fields}\r\n");
            stream.send(request.as_bytes());
            let sent = format!("feed_updates_sent_total{{transport=\"{name}\"}}");
            server.metric_becomes(&sent, 2);
            // Later updates are not chunked either.
            server.publish("3");
            let sent = stream.until(b"\"data\":3}");
            let (head, body) = split(&sent);
            assert!(head.starts_with("http/1.0 200 ok\r\n"), "{head}");
            for field in ["transfer-encoding", "content-length", "connection"] {
                assert!(!head.contains(&format!("\r\n{field}:")), "{name}: {head}");
            }
            assert!(head.contains("\r\nx-accel-buffering: no\r\n"), "{head}");
            let last = match name {
                "forever-frame" => [&body[..], b")</script>\n"].concat(),
                "sse" => [&body[..], b"\n\n"].concat(),
                _ => body,
            };
            let texts: Vec<_> = transport.read(&last).iter().map(|text| seq(text)).collect();
            assert_eq!(texts[..2], [Some(1), Some(2)], "{name}");
        }
    }
}

#[test]
fn a_stream_ends_with_the_connection_when_the_server_stops() {
    let mut server = Server::quiet(&[]);
    let mut stream = server.connect();
    stream.send(b"GET /http-streaming HTTP/1.0\r\n\r\n");
    server.metric_becomes("feed_clients{transport=\"http-streaming\"}", 1);
    server.signal("TERM");
    assert_eq!(split(&stream.rest()).1, b"");
    assert!(server.ends_within(crate::process::PATIENCE).success());
}

#[test]
fn a_response_that_ends_has_a_length() {
    let server = Server::quiet(&[]);
    for transport in ending() {
        let mut connection = server.connect();
        connection.send(format!("GET /{} HTTP/1.0\r\n\r\n", transport.name).as_bytes());
        let (head, body) = split(&connection.rest());
        let length = format!("\r\ncontent-length: {}\r\n", body.len());
        assert!(head.contains(&length), "{head}");
    }
}

#[test]
fn only_responses_that_never_end_disable_proxy_buffering() {
    let server = Server::quiet(&[]);
    for transport in TRANSPORTS {
        let mut connection = server.connect();
        let target = format!("/{}", transport.name);
        connection.send(&crate::http::request("GET", &target, &[], b""));
        let head = connection.head();
        let expected = (transport.when == When::Chunk).then_some("no");
        assert_eq!(head.field("x-accel-buffering"), expected, "{target}");
        let coding = (transport.when == When::Chunk).then_some("chunked");
        assert_eq!(head.field("transfer-encoding"), coding, "{target}");
    }
}

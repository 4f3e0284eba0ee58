//! HTTP/1.0: no chunks; the end of the connection ends the body (RFC 9112, section 6.1).

use crate::{
    http::split,
    process::Server,
    transports::{Transport, chunked, ending, seq},
};

#[test]
fn a_stream_has_no_chunks_and_ends_with_the_connection() {
    for fields in [&[][..], &["Connection: keep-alive"], &["Host: localhost"]] {
        for transport in chunked() {
            let mut server = Server::quiet(&[]);
            server.publish("1");
            server.publish("2");
            let Transport { name, .. } = transport;
            let target = format!("/{name}?after=0");
            let mut stream = server.send_http_1_0("GET", &target, fields);
            let sent = format!("feed_updates_sent_total{{transport=\"{name}\"}}");
            server.metric_becomes(&sent, 2);
            // Later updates are not chunked either.
            server.publish("3");
            let mut response = Vec::new();
            while !response.ends_with(b"\"data\":3}") {
                response.extend(stream.exactly(1).expect("the stream continues"));
            }
            server.signal("TERM");
            response.extend(stream.rest());
            let (head, body) = split(response);
            assert!(head.starts_with("http/1.0 200 ok\r\n"), "{head}");
            for field in ["transfer-encoding", "content-length", "connection"] {
                assert!(!head.contains(&format!("\r\n{field}:")), "{name}: {head}");
            }
            assert!(head.contains("\r\nx-accel-buffering: no\r\n"), "{head}");
            let texts = transport.read(body.as_bytes());
            let seqs: Vec<_> = texts.iter().map(|text| seq(text)).collect();
            assert_eq!(seqs, [Some(1), Some(2), Some(3)], "{name}");
            server.assert_ends();
        }
    }
}

#[test]
fn a_response_that_ends_has_a_length() {
    let server = Server::quiet(&[]);
    for transport in ending() {
        let target = format!("/{}", transport.name);
        let (head, body) = server.send_http_1_0("GET", &target, &[]).last_answer();
        let length = format!("\r\ncontent-length: {}\r\n", body.len());
        assert!(head.contains(&length), "{head}");
    }
}

//! Limits of a connection: pipelined requests, deadlines, and the number of other connections.

mod deadlines;
mod few_files;
mod flood;
mod limits;
mod parser;
mod pipelining;

use crate::{
    http::{Connection, request},
    process::Server,
    websocket::{BINARY, FIN, TEXT, WebSocket, masked},
};

/// The counter of rejections for this reason.
fn rejections(reason: &str) -> String {
    format!("feed_rejections_total{{reason=\"{reason}\"}}")
}

/// Sends `bytes` on a new connection. The server may close it before all are sent.
fn send_until_closed(server: &Server, bytes: &[u8]) -> Connection {
    let mut connection = server.connect();
    let _ = connection.try_send(bytes);
    connection
}

#[test]
fn rejections_by_the_application_are_counted_by_reason() {
    let server = Server::quiet(&[]);
    let post = |field: &str, length| {
        let body = vec![b'1'; length];
        server.ask(&request("POST", "/updates", &[field], &body))
    };
    assert_eq!(post("Origin: http://evil.test", 1).head.status, 403);
    assert_eq!(post("X: y", 65_537).head.status, 413);
    assert_eq!(post("Content-Encoding: gzip", 1).head.status, 415);
    for reason in ["forbidden", "body_too_large", "unsupported_media_type"] {
        assert_eq!(server.metric(&rejections(reason)), 1, "{reason}");
    }
    for (frame, code, reason) in [
        (masked(0x83, b"1"), 1002, "websocket_protocol_error"),
        (
            masked(FIN | BINARY, b"1"),
            1003,
            "websocket_unsupported_data",
        ),
        (masked(FIN | TEXT, b"\xff"), 1007, "websocket_invalid_text"),
        (
            masked(FIN | TEXT, &[b'1'; 65_537]),
            1009,
            "websocket_message_too_long",
        ),
    ] {
        let mut socket = WebSocket::open(&server, "/websocket?after=0");
        socket.0.send(&frame);
        assert_eq!(socket.closed().0, code);
        assert_eq!(server.metric(&rejections(reason)), 1, "{reason}");
    }
}

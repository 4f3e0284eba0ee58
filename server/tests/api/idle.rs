//! Idle streams and polls.

use std::thread;

use crate::{
    process::Server,
    transports::{kept_open, utf8},
    websocket::WebSocket,
};

#[test]
fn an_idle_stream_sends_heartbeats_in_its_own_format_and_continues() {
    let start = || Server::quiet(&["--heartbeat", "100ms"]);
    for (name, begin, heartbeat) in [
        ("forever-frame", 1, &b"\n"[..]),
        ("http-streaming", 0, b"\n"),
        ("sse", 1, b":\n\n"),
    ] {
        let server = start();
        let mut stream = server.stream(&format!("/{name}"));
        for _ in 0..begin {
            stream.chunk();
        }
        for _ in 0..3 {
            assert_eq!(stream.chunk().as_deref(), Some(heartbeat), "{name}");
        }
        server.publish("1");
        let mut chunk = stream.chunk().expect("the stream continues");
        while chunk == heartbeat {
            chunk = stream.chunk().expect("the stream continues");
        }
        assert!(utf8(&chunk).contains("{\"seq\":"), "{name}");
    }
    let server = start();
    let mut socket = WebSocket::open(&server, "/websocket");
    let heartbeats = socket.0.exactly(6).expect("heartbeats");
    assert_eq!(heartbeats, b"\x89\0\x89\0\x89\0");
}

#[test]
fn an_active_stream_has_no_heartbeat() {
    // An update every 20 ms, for longer than the heartbeat's interval. A pause of the machine of
    // almost a second would look like an idle feed.
    let server = Server::start(&["--rate", "50", "--heartbeat", "1s"]);
    thread::scope(|scope| {
        for transport in kept_open() {
            let mut client = transport.client(&server, Some(0));
            scope.spawn(move || {
                // A heartbeat would be a chunk without texts, or a frame that is not text.
                let begin = ["forever-frame", "sse"].contains(&transport.name);
                if begin {
                    assert!(client.answer().is_empty());
                }
                for _ in 0..75 {
                    assert_eq!(client.answer().len(), 1, "{}", transport.name);
                }
            });
        }
    });
}

#[test]
fn a_long_poll_is_answered_empty_after_the_maximum_hold() {
    let server = Server::quiet(&["--hold", "100ms"]);
    server.publish("1");
    let answer = server.get("/long-polling?after=1");
    assert_eq!((answer.head.status, answer.text()), (200, "[]".into()));
}

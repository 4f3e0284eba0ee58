//! Request fields in the forms that other clients use.

use crate::{
    bad_input::assert_problem,
    http::request,
    process::Server,
    transports::{TRANSPORTS, ending, seq},
    websocket::{KEY, VERSION, WebSocket, handshake},
};

#[test]
fn connection_is_a_case_insensitive_list() {
    let server = Server::quiet(&[]);
    server.publish("1");
    for connection in [
        "Connection: close, foo ,  UPGRADE",
        "connection: keep-alive, upgrade",
        "Connection: foo\r\nConnection: Upgrade",
    ] {
        for upgrade in [
            "Upgrade: websocket",
            "upgrade: WebSocket",
            "Upgrade: h2c, websocket",
        ] {
            let fields = [connection, upgrade, KEY, VERSION];
            let sent = server.send(&request("GET", "/websocket", &fields, b""));
            let mut socket = WebSocket::accepted(sent);
            assert_eq!(seq(&socket.text()), Some(1), "{connection} {upgrade}");
        }
    }
    for (field, closes) in [
        ("Connection: foo, CLOSE", true),
        ("Connection: close, foo ,  UPGRADE", true),
        ("Connection: foo, upgrade", false),
        ("Connection: Keep-Alive, foo", false),
    ] {
        for transport in ending() {
            let ask = request("GET", &format!("/{}", transport.name), &[field], b"");
            let mut connection = server.connect();
            let answer = connection.ask(&ask);
            assert_eq!(answer.head.status, 200);
            if closes {
                assert_eq!(answer.head.field("connection"), Some("close"), "{field}");
                assert_eq!(connection.rest(), b"");
            } else {
                assert_eq!(connection.ask(&ask).head.status, 200, "{field}");
            }
        }
    }
}

#[test]
fn an_upgrade_that_connection_does_not_name_is_ignored() {
    let server = Server::quiet(&[]);
    for transport in ending() {
        let target = format!("/{}", transport.name);
        let ask = request("GET", &target, &["Upgrade: websocket"], b"");
        let mut connection = server.connect();
        for _ in 0..2 {
            assert_eq!(connection.ask(&ask).head.status, 200, "{target}");
        }
    }
}

#[test]
fn the_authority_of_an_absolute_target_replaces_the_host() {
    let server = Server::quiet(&["--allowed-host", "a.test"]);
    let post = |target: &str, origin: &str| {
        let origin = format!("Origin: {origin}");
        server.ask(&request("POST", target, &[&origin], b"1"))
    };
    let answer = post("http://a.test:81/updates", "http://a.test:81");
    assert_eq!(answer.head.status, 201);
    assert_problem(&post("http://a.test:81/updates", "http://localhost"), 403);
    assert_problem(&post("/updates", "http://a.test:81"), 403);
    let upgrade = handshake("http://a.test/websocket", &["Origin: http://a.test"]);
    assert_eq!(server.send(&upgrade).head().status, 101);
    let answer = server.get("http://a.test/polling?after=1");
    assert_eq!((answer.head.status, answer.text()), (200, "[]".into()));
}

#[test]
fn two_origins_or_two_last_event_ids_are_rejected() {
    let server = Server::quiet(&[]);
    let same = "Origin: http://localhost";
    for fields in [
        [same, same],
        [same, "Origin: http://evil.test"],
        ["Origin:", same],
        ["Last-Event-ID: 1", "Last-Event-ID: 1"],
        ["Last-Event-ID: 1", "last-event-id:"],
    ] {
        assert_problem(&server.post(&fields, b"1"), 400);
        assert_problem(&server.ask(&request("GET", "/sse", &fields, b"")), 400);
        assert_problem(&server.ask(&handshake("/websocket", &fields)), 400);
    }
    assert_eq!(server.texts(), [""; 0]);
}

#[test]
fn an_empty_field_counts_as_absent() {
    let server = Server::quiet(&[]);
    server.publish("1");
    let mut resumed = TRANSPORTS[6].client_with(&server, Some(0), "", &["Last-Event-ID:"]);
    assert_eq!(seq(&resumed.next()), Some(1));
    let mut fresh = TRANSPORTS[6].client_with(&server, None, "", &["Last-Event-ID: "]);
    assert_eq!(seq(&fresh.next()), Some(1));
    for fields in [
        ["Origin:", "Content-Encoding:"],
        ["Content-Type:", "Expect:"],
        ["Upgrade:", "Connection:"],
    ] {
        let answer = server.post(&fields, b"1");
        assert_eq!(answer.head.status, 201, "{fields:?}: {}", answer.text());
    }
    let empty = [
        "Origin:",
        "Sec-WebSocket-Protocol:",
        "Sec-WebSocket-Extensions:",
    ];
    let head = server.send(&handshake("/websocket", &empty)).head();
    assert_eq!(head.status, 101);
}

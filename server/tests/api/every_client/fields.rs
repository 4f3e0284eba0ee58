//! Request fields in the forms that other clients use.

use crate::{
    bad_input::assert_problem,
    http::request,
    process::Server,
    transports::{TRANSPORTS, ending},
    websocket::{KEY, UPGRADE, VERSION, WebSocket},
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
            let mut socket = WebSocket(server.connect());
            let fields = [connection, upgrade, KEY, VERSION];
            socket.0.send(&request("GET", "/websocket", &fields, b""));
            assert_eq!(socket.0.head().status, 101, "{connection} {upgrade}");
            assert!(socket.text().starts_with("{\"seq\":1,"));
        }
    }
    for (field, closes) in [
        ("Connection: foo, CLOSE", true),
        ("Connection: close, foo ,  UPGRADE", true),
        ("Connection: foo, upgrade", false),
        ("Connection: Keep-Alive, foo", false),
    ] {
        for transport in ending() {
            let mut connection = server.connect();
            let ask = request("GET", &format!("/{}", transport.name), &[field], b"");
            connection.send(&ask);
            let answer = connection.answer();
            assert_eq!(answer.head.status, 200);
            if closes {
                assert_eq!(answer.head.field("connection"), Some("close"), "{field}");
                assert_eq!(connection.rest(), b"");
            } else {
                connection.send(&ask);
                assert_eq!(connection.answer().head.status, 200, "{field}");
            }
        }
    }
}

#[test]
fn an_upgrade_that_connection_does_not_name_is_ignored() {
    let server = Server::quiet(&[]);
    for transport in ending() {
        let mut connection = server.connect();
        let ask = request(
            "GET",
            &format!("/{}", transport.name),
            &["Upgrade: websocket"],
            b"",
        );
        for _ in 0..2 {
            connection.send(&ask);
            assert_eq!(connection.answer().head.status, 200, "{}", transport.name);
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
    assert_eq!(
        post("http://a.test:81/updates", "http://a.test:81")
            .head
            .status,
        201
    );
    assert_problem(&post("http://a.test:81/updates", "http://localhost"), 403);
    assert_problem(&post("/updates", "http://a.test:81"), 403);
    let mut socket = WebSocket(server.connect());
    let fields = [&UPGRADE[..], &[KEY, VERSION, "Origin: http://a.test"]].concat();
    socket
        .0
        .send(&request("GET", "http://a.test/websocket", &fields, b""));
    assert_eq!(socket.0.head().status, 101);
    let answer = server.get("http://a.test/polling?after=1");
    assert_eq!((answer.head.status, answer.text()), (200, "[]".into()));
}

#[test]
fn a_missing_repeated_or_invalid_host_is_rejected() {
    let server = Server::quiet(&[]);
    for transport in TRANSPORTS {
        for host in [
            "",
            "Host: a\r\nHost: a\r\n",
            "Host: a b\r\n",
            "Host: u@a\r\n",
            "Host: a/b\r\n",
        ] {
            let ask = format!("GET /{} HTTP/1.1\r\n{host}\r\n", transport.name);
            assert_problem(&server.ask(ask.as_bytes()), 400);
        }
    }
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
        assert_problem(
            &server.ask(&request("POST", "/updates", &fields, b"1")),
            400,
        );
        assert_problem(&server.ask(&request("GET", "/sse", &fields, b"")), 400);
        let handshake = [&UPGRADE[..], &[KEY, VERSION], &fields].concat();
        assert_problem(
            &server.ask(&request("GET", "/websocket", &handshake, b"")),
            400,
        );
    }
    assert_eq!(server.texts(), [""; 0]);
}

#[test]
fn an_empty_field_counts_as_absent() {
    let server = Server::quiet(&[]);
    server.publish("1");
    let mut resumed = TRANSPORTS[6].client_with(&server, Some(0), "", &["Last-Event-ID:"]);
    assert!(resumed.next().starts_with("{\"seq\":1,"));
    let mut fresh = TRANSPORTS[6].client_with(&server, None, "", &["Last-Event-ID: "]);
    assert!(fresh.next().starts_with("{\"seq\":1,"));
    for fields in [
        ["Origin:", "Content-Encoding:"],
        ["Content-Type:", "Expect:"],
        ["Upgrade:", "Connection:"],
    ] {
        let answer = server.ask(&request("POST", "/updates", &fields, b"1"));
        assert_eq!(answer.head.status, 201, "{fields:?}: {}", answer.text());
    }
    let mut socket = WebSocket(server.connect());
    let empty = [
        "Origin:",
        "Sec-WebSocket-Protocol:",
        "Sec-WebSocket-Extensions:",
    ];
    let fields = [&UPGRADE[..], &[KEY, VERSION], &empty].concat();
    socket.0.send(&request("GET", "/websocket", &fields, b""));
    assert_eq!(socket.0.head().status, 101);
}

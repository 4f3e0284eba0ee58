//! The opening handshake (RFC 6455, section 4.2).

use crate::{
    http::{Answer, request},
    process::Server,
    websocket::{KEY, UPGRADE, VERSION, WebSocket},
};

fn shake(server: &Server, fields: &[&str]) -> Answer {
    server.ask(&request(
        "GET",
        "/websocket",
        &[&UPGRADE[..], fields].concat(),
        b"",
    ))
}

#[test]
fn the_key_of_the_rfc_gives_the_accept_of_the_rfc() {
    let server = Server::quiet(&[]);
    let head = WebSocket(server.connect()).start_handshake("/websocket");
    assert_eq!(head.status, 101);
    let accept = head.field("sec-websocket-accept");
    assert_eq!(accept, Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    let upgrade = head.field("upgrade").map(str::to_ascii_lowercase);
    assert_eq!(upgrade.as_deref(), Some("websocket"));
    let connection = head.field("connection").map(str::to_ascii_lowercase);
    assert_eq!(connection.as_deref(), Some("upgrade"));
    assert_eq!(head.field("sec-websocket-extensions"), None);
}

#[test]
fn an_extension_that_was_offered_is_not_accepted() {
    let server = Server::quiet(&[]);
    let mut connection = server.connect();
    let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";
    let fields = [&UPGRADE[..], &[KEY, VERSION, offer]].concat();
    connection.send(&request("GET", "/websocket", &fields, b""));
    let head = connection.head();
    assert_eq!(head.status, 101);
    assert_eq!(head.field("sec-websocket-extensions"), None);
}

#[test]
fn another_version_is_rejected_with_the_supported_one() {
    let server = Server::quiet(&[]);
    for version in ["Sec-WebSocket-Version: 12", "Sec-WebSocket-Version: x"] {
        let answer = shake(&server, &[KEY, version]);
        assert_eq!(answer.head.status, 426, "{version}");
        let version_field = answer.head.field("sec-websocket-version");
        assert_eq!(version_field, Some("13"), "{version}");
    }
}

#[test]
fn an_upgrade_of_http_1_0_is_rejected() {
    let server = Server::quiet(&[]);
    let fields = [&UPGRADE[..], &[KEY, VERSION]].concat();
    let handshake = String::from_utf8(request("GET", "/websocket", &fields, b""));
    let handshake = handshake
        .expect("it is UTF-8")
        .replace("HTTP/1.1", "HTTP/1.0");
    let mut connection = server.connect();
    connection.send(handshake.as_bytes());
    let answer = String::from_utf8(connection.rest()).expect("it is UTF-8");
    let status = answer.lines().next().expect("a status line");
    assert!(status.ends_with(" 400 Bad Request"), "{answer}");
    assert!(answer.contains("requires HTTP/1.1"), "{answer}");
}

#[test]
fn two_keys_or_versions_or_none_are_rejected() {
    let server = Server::quiet(&[]);
    assert_eq!(shake(&server, &[KEY, KEY, VERSION]).head.status, 400);
    assert_eq!(shake(&server, &[VERSION]).head.status, 400);
    let versions = [KEY, VERSION, "Sec-WebSocket-Version: 12"];
    assert_eq!(shake(&server, &versions).head.status, 400);
    assert_eq!(shake(&server, &[KEY, VERSION, VERSION]).head.status, 400);
}

#[test]
fn a_handshake_without_an_upgrade_is_rejected() {
    let server = Server::quiet(&[]);
    assert_eq!(server.get("/websocket").head.status, 400);
    let bare = request("GET", "/websocket", &[KEY, VERSION], b"");
    assert_eq!(server.ask(&bare).head.status, 400);
}

#[test]
fn a_page_of_another_origin_may_not_connect() {
    let server = Server::quiet(&[]);
    for origin in [
        "Origin: http://evil.test",
        "Origin: http://localhost:81",
        "Origin: http://localhost.evil.test",
        "Origin: http://evillocalhost",
        "Origin: http://localhost@evil.test",
        "Origin: https://localhost",
        "Origin: null",
    ] {
        let answer = shake(&server, &[KEY, VERSION, origin]);
        assert_eq!(answer.head.status, 403, "{origin}");
    }
}

#[test]
fn a_page_of_this_server_may_connect() {
    let server = Server::quiet(&[]);
    server.publish("1");
    for origin in ["Origin: http://localhost", "Origin: http://LOCALHOST:80"] {
        let mut socket = WebSocket(server.connect());
        let fields = [&UPGRADE[..], &[KEY, VERSION, origin]].concat();
        socket.0.send(&request("GET", "/websocket", &fields, b""));
        assert_eq!(socket.0.head().status, 101, "{origin}");
        assert!(socket.text().starts_with("{\"seq\":1,"), "{origin}");
    }
}

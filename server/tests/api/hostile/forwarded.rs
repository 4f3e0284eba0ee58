//! Proxy fields that a client writes.

use super::{Case, assert_withstands, case};
use crate::{
    http::request_to,
    process::Server,
    websocket::{FIN, TEXT, WebSocket, handshake, handshake_to},
};

const CHANGE: &[u8] = br#"{"rtt_us":1000}"#;

const TRUSTING: [&str; 5] = [
    "--lab",
    "--trusted-proxy",
    "127.0.0.1",
    "--allowed-host",
    "shop.test",
];

fn post(host: &str, target: &str, fields: &[&str]) -> Vec<u8> {
    request_to(host, "POST", target, fields, CHANGE)
}

/// Through a trusted proxy on the server's own host, no client is the presenter without the token,
/// and the audience cannot publish.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for fields in [
        &[][..],
        &["X-Forwarded-For: 203.0.113.9"],
        &["X-Forwarded-For: 127.0.0.1"],
        &["X-Forwarded-For: ::1"],
        &["X-Forwarded-For: 127.0.0.1, 203.0.113.9"],
        &["X-Forwarded-For: unknown"],
        &["X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-For: 203.0.113.9"],
        &["Forwarded: for=127.0.0.1"],
        &["Forwarded: for=203.0.113.9;proto=http;host=localhost"],
        &["Forwarded: for=\"[::1]\""],
        &["Forwarded: for=_hidden"],
        &["Forwarded: \"\\"],
    ] {
        for target in ["/lab", "/updates"] {
            cases.push(case(403, post("localhost", target, fields)));
        }
    }
    for field in [
        "X-Forwarded-Host: attacker.test",
        "X-Forwarded-Host: shop.test, attacker.test",
        "Forwarded: host=attacker.test",
        "Forwarded: host=shop.test, host=attacker.test",
    ] {
        let named = match field.starts_with("X-") {
            true => "the X-Forwarded-Host",
            false => "the host in Forwarded",
        };
        let expected = [named, "--allowed-host attacker.test"];
        cases.push(case(421, post("localhost", "/updates", &[field])).with_detail(&expected));
    }
    // A page of an attacker can write all fields except the Host.
    for field in [
        "X-Forwarded-Host: localhost",
        "Forwarded: host=localhost;for=127.0.0.1",
    ] {
        cases.push(case(421, post("attacker.test:8080", "/updates", &[field])));
    }
    let both = ["Forwarded: for=203.0.113.9", "X-Forwarded-For: 127.0.0.1"];
    cases.push(case(400, post("localhost", "/lab", &both)));
    let both = ["Forwarded: for=203.0.113.9", "X-Forwarded-Proto: https"];
    cases.push(case(400, post("localhost", "/updates", &both)));
    cases
}

/// Without a trusted proxy, the fields change nothing, and their sender does not count as this
/// host.
fn cases_without_trust() -> Vec<Case> {
    let mut cases = Vec::new();
    for field in [
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-Host: localhost",
        "X-Forwarded-Proto: http",
        "Forwarded: for=127.0.0.1",
    ] {
        cases.push(case(403, post("localhost", "/lab", &[field])));
    }
    for origin in [
        ["Origin: https://localhost", "X-Forwarded-Proto: https"],
        ["Origin: http://shop.test", "X-Forwarded-Host: shop.test"],
        ["Origin: http://shop.test", "Forwarded: host=shop.test"],
    ] {
        let expected = ["if 127.0.0.1 is a proxy", "--trusted-proxy 127.0.0.1"];
        cases.push(case(403, post("localhost", "/updates", &origin)).with_detail(&expected));
    }
    let host = ["X-Forwarded-Host: localhost"];
    cases.push(case(421, post("attacker.test", "/updates", &host)));
    cases
}

#[test]
fn no_address_behind_a_trusted_proxy_is_the_presenter() {
    assert_withstands(&Server::quiet(&TRUSTING), &cases());
}

#[test]
fn the_fields_of_an_untrusted_proxy_give_no_rights() {
    assert_withstands(&Server::quiet(&["--lab"]), &cases_without_trust());
}

#[test]
fn a_trusted_proxy_determines_the_origin_of_a_page() {
    let server = Server::quiet(&TRUSTING[1..]);
    let [http, https] = ["X-Forwarded-Proto: http", "X-Forwarded-Proto: https"];
    let port = "X-Forwarded-Host: shop.test:81";
    let both = "Forwarded: host=shop.test;proto=https";
    for (host, forwarded, origin) in [
        ("shop.test", http, "http://shop.test:80"),
        ("shop.test:443", https, "https://shop.test"),
        ("shop.test", https, "https://shop.test:443"),
        ("shop.test:8443", https, "https://shop.test:8443"),
        ("127.0.0.1:1", port, "http://shop.test:81"),
        ("127.0.0.1:1", both, "https://shop.test"),
    ] {
        let fields = [forwarded, &format!("Origin: {origin}")];
        let answer = server.ask(&post(host, "/updates", &fields));
        assert_eq!(answer.head.status, 201, "{fields:?}: {}", answer.text());
        let upgrade = handshake_to(host, "/websocket", &fields);
        assert_eq!(server.send(&upgrade).head().status, 101, "{fields:?}");
    }
    let other = [https, "Origin: http://shop.test"];
    let answer = server.ask(&post("shop.test", "/updates", &other));
    assert_eq!(answer.head.status, 403);
}

#[test]
fn the_log_has_five_lines_for_each_address_reported_by_a_trusted_proxy() {
    let mut server = Server::start_logging(&TRUSTING[1..]);
    for client in ["203.0.113.8", "203.0.113.9"] {
        let field = format!("X-Forwarded-For: 127.0.0.1, {client}");
        for _ in 0..7 {
            let answer = server.post(&[&field, "Origin: http://attacker.test"], CHANGE);
            assert_eq!(answer.head.status, 403);
        }
    }
    let fields = ["X-Forwarded-For: 203.0.113.7"];
    let connection = server.send(&handshake("/websocket?after=0", &fields));
    let mut socket = WebSocket::accepted(connection);
    socket.send(FIN | TEXT, b"\xff");
    socket.close_reason();
    let log = server.stop_and_read_log();
    let lines = |client: &str| log.lines().filter(|line| line.contains(client)).count();
    assert_eq!(lines("203.0.113.8"), 5, "{log}");
    assert_eq!(lines("203.0.113.9"), 5, "{log}");
    assert_eq!(lines("203.0.113.7"), 1, "{log}");
}

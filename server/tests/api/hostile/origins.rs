//! Pages of other origins. A browser sends their requests with the origin.

use super::{Case, assert_withstands, case};
use crate::{
    http::{request, request_to},
    process::Server,
    websocket::{handshake, handshake_to},
};

/// A method and a target of each route that only pages of this server may use.
const ROUTES: [(&str, &str); 6] = [
    ("POST", "/updates"),
    ("GET", "/websocket"),
    ("GET", "/lab"),
    ("POST", "/lab"),
    ("POST", "/lab/vote"),
    ("GET", "/lab/wire"),
];

/// Each is sent with `Host: localhost`.
const FOREIGN: [&str; 20] = [
    "http://attacker.test",
    "https://localhost",
    "http://localhost:81",
    "http://localhost:443",
    "http://127.0.0.1",
    "http://localhost.attacker.test",
    "http://attackerlocalhost",
    "http://localhost@attacker.test",
    "http://attacker@localhost",
    "http://localhost/",
    "http://localhost?",
    "http://localhost\\",
    "http:localhost",
    "//localhost",
    "localhost",
    "null",
    "file://",
    "ws://localhost",
    "chrome-extension://localhost",
    "http://localhost http://localhost",
];

fn ask(method: &str, target: &str, fields: &[&str]) -> Vec<u8> {
    match target.ends_with("websocket") || target.ends_with("wire") {
        true => handshake(target, fields),
        false => request(method, target, fields, b"{}"),
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (method, target) in ROUTES {
        for origin in FOREIGN {
            let field = format!("Origin: {origin}");
            let expected = format!("the Origin '{}'", origin.replace('\\', "\\\\"));
            let case = case(403, ask(method, target, &[&field]));
            cases.push(case.with_detail(&[&expected, "http://localhost", "--allowed-origin"]));
        }
        for fields in [
            &["Sec-Fetch-Site: cross-site"][..],
            &["Origin: http://localhost", "Sec-Fetch-Site: Cross-Site"],
        ] {
            let case = case(403, ask(method, target, fields));
            cases.push(case.with_detail(&["the Sec-Fetch-Site '", "--allowed-origin"]));
        }
    }
    cases
}

#[test]
fn a_page_of_another_origin_gets_403_on_each_protected_route() {
    let server = Server::quiet(&["--lab"]);
    assert_withstands(&server, &cases());
}

#[test]
fn a_page_of_this_server_is_accepted_in_any_spelling() {
    let server = Server::quiet(&["--lab", "--allowed-host", "shop.test"]);
    for (host, origin) in [
        ("localhost", "http://localhost"),
        ("localhost", "http://LOCALHOST:80"),
        ("shop.test:80", "http://shop.test"),
        ("shop.test", "HTTP://shop.test:80"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        (
            "[::ffff:127.0.0.1]:8080",
            "http://[0:0:0:0:0:FFFF:7f00:1]:8080",
        ),
    ] {
        let origin = format!("Origin: {origin}");
        let fields = [&origin, "Sec-Fetch-Site: same-origin"];
        for (target, status) in [("/updates", 201), ("/lab", 200)] {
            let answer = server.ask(&request_to(host, "POST", target, &fields, b"{}"));
            assert_eq!(answer.head.status, status, "{host} {}", answer.text());
        }
        for target in ["/websocket", "/lab/wire"] {
            let head = server.send(&handshake_to(host, target, &fields)).head();
            assert_eq!(head.status, 101, "{host} {target}");
        }
    }
}

#[test]
fn only_a_page_of_an_allowed_origin_may_publish() {
    let [shop, port] = ["https://shop.test:443", "http://[2001:db8::1]:8080"];
    let server = Server::quiet(&["--allowed-origin", shop, "--allowed-origin", port]);
    let post = |origin: &str| {
        let origin = format!("Origin: {origin}");
        let answer = server.post(&[&origin, "Sec-Fetch-Site: cross-site"], b"1");
        answer.head.status
    };
    assert_eq!(post("https://shop.test"), 201);
    assert_eq!(post("http://[2001:DB8:0::1]:8080"), 201);
    for other in [
        "http://shop.test",
        "https://shop.test:8443",
        "https://a.shop.test",
    ] {
        assert_eq!(post(other), 403, "{other}");
    }
}

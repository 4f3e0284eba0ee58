//! HEAD: the header of the response to GET, at once, without a body (RFC 9110, section 9.3.2).

use crate::{
    http::request,
    process::Server,
    transports::TRANSPORTS,
    websocket::{KEY, UPGRADE, VERSION},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The header of the response, and the text of the response to a second request.
fn head_then_next(server: &Server, target: &str) -> (u16, Vec<(String, String)>) {
    let mut connection = server.connect();
    let mut last = None;
    for _ in 0..2 {
        connection.send(&request("HEAD", target, &[], b""));
        let head = connection.head();
        let fields = head.fields_but(&["date"]);
        last = Some((head.status, fields));
    }
    connection.send(&request("GET", "/healthz", &[], b""));
    assert_eq!(connection.answer().text(), "ok\n", "{target}");
    last.expect("two requests were sent")
}

fn get_head(server: &Server, target: &str) -> (u16, Vec<(String, String)>) {
    let mut connection = server.connect();
    connection.send(&request("GET", target, &[], b""));
    let head = connection.head();
    (head.status, head.fields_but(&["date"]))
}

#[test]
fn head_gets_the_header_of_get_at_once_and_leaves_the_connection_usable() {
    let server = Server::quiet(&["--root", ROOT, "--hold", "200ms"]);
    server.publish("1");
    let names = TRANSPORTS.map(|row| format!("/{}?after=0", row.name));
    let others = [
        "/polling?after=x",
        "/sse?after=x",
        "/healthz",
        "/",
        "/source/lib.rs",
        "/nothing",
        "/lab",
        "/join.svg",
        "/long-polling",
        "/long-polling?after=1",
    ];
    for target in names.iter().map(String::as_str).chain(others) {
        assert_eq!(
            head_then_next(&server, target),
            get_head(&server, target),
            "{target}"
        );
    }
    assert_eq!(head_then_next(&server, "/metrics").0, 200);
}

#[test]
fn head_is_not_held_and_not_counted_as_a_client() {
    let server = Server::quiet(&["--hold", "1h"]);
    server.publish("1");
    for transport in TRANSPORTS {
        let name = transport.name;
        let mut connection = server.connect();
        connection.send(&request("HEAD", &format!("/{name}?after=1"), &[], b""));
        assert!([200, 400].contains(&connection.head().status), "{name}");
        let label = format!("{{transport=\"{name}\"}}");
        assert_eq!(server.metric(&format!("feed_clients{label}")), 0, "{name}");
        assert_eq!(server.metric(&format!("feed_updates_sent_total{label}")), 0);
        assert_eq!(
            server.metric(&format!("feed_body_bytes_sent_total{label}")),
            0
        );
        assert_eq!(server.metric(&format!("feed_requests_total{label}")), 1);
    }
}

#[test]
fn head_in_the_lab_works_too() {
    let server = Server::quiet(&["--lab", "--root", ROOT]);
    for target in ["/lab", "/join.svg", "/lab/wire"] {
        assert_eq!(
            head_then_next(&server, target),
            get_head(&server, target),
            "{target}"
        );
    }
}

#[test]
fn head_upgrades_nothing() {
    let server = Server::quiet(&[]);
    let mut connection = server.connect();
    let fields = [&UPGRADE[..], &[KEY, VERSION]].concat();
    connection.send(&request("HEAD", "/websocket", &fields, b""));
    let head = connection.head();
    assert!((400..500).contains(&head.status), "{head:?}");
    connection.end();
    assert_eq!(connection.rest(), b"");
}

#[test]
fn head_over_http_1_0_ends() {
    let server = Server::quiet(&[]);
    for transport in TRANSPORTS {
        let mut connection = server.connect();
        connection.send(format!("HEAD /{} HTTP/1.0\r\n\r\n", transport.name).as_bytes());
        let rest = String::from_utf8(connection.rest()).expect("it is UTF-8");
        assert!(rest.ends_with("\r\n\r\n"), "{rest}");
        assert!(!rest.contains("chunked"), "{rest}");
    }
}

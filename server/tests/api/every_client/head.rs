//! HEAD: the header of the response to GET, at once, without a body (RFC 9110, section 9.3.2).

use crate::{
    http::{Connection, ROOT, request},
    process::Server,
    transports::TRANSPORTS,
    websocket::{KEY, UPGRADE, VERSION},
};

/// The status and the fields of a response, without the date.
fn head(connection: &mut Connection, method: &str, target: &str) -> (u16, Vec<(String, String)>) {
    connection.send(&request(method, target, &[], b""));
    let head = connection.head();
    (head.status, head.fields_but(&["date"]))
}

/// The response to two HEAD requests on a connection, which is usable afterwards.
fn assert_head_is_that_of_get(server: &Server, target: &str) {
    let expected = head(&mut server.connect(), "GET", target);
    let mut connection = server.connect();
    for _ in 0..2 {
        let received = head(&mut connection, "HEAD", target);
        assert_eq!(received, expected, "{target}");
    }
    assert!(connection.is_answered(), "{target}");
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
        assert_head_is_that_of_get(&server, target);
    }
    assert_eq!(head(&mut server.connect(), "HEAD", "/metrics").0, 200);
}

#[test]
fn head_is_not_held_and_not_counted_as_a_client() {
    let server = Server::quiet(&["--hold", "1h"]);
    server.publish("1");
    for transport in TRANSPORTS {
        let name = transport.name;
        let target = format!("/{name}?after=1");
        let (status, _) = head(&mut server.connect(), "HEAD", &target);
        assert!([200, 400].contains(&status), "{name}");
        for (metric, expected) in [
            ("feed_clients", 0),
            ("feed_updates_sent_total", 0),
            ("feed_body_bytes_sent_total", 0),
            ("feed_requests_total", 1),
        ] {
            let metric = format!("{metric}{{transport=\"{name}\"}}");
            assert_eq!(server.metric(&metric), expected, "{metric}");
        }
    }
}

#[test]
fn head_in_the_lab_works_too() {
    let server = Server::quiet(&["--lab", "--root", ROOT]);
    for target in ["/lab", "/join.svg", "/lab/wire"] {
        assert_head_is_that_of_get(&server, target);
    }
}

#[test]
fn head_upgrades_nothing() {
    let server = Server::quiet(&[]);
    let fields = [&UPGRADE[..], &[KEY, VERSION]].concat();
    let mut connection = server.send(&request("HEAD", "/websocket", &fields, b""));
    let head = connection.head();
    assert!((400..500).contains(&head.status), "{head:?}");
    connection.end();
    assert_eq!(connection.rest(), b"");
}

#[test]
fn head_over_http_1_0_ends() {
    let server = Server::quiet(&[]);
    for transport in TRANSPORTS {
        let target = format!("/{}", transport.name);
        let (head, body) = server.send_http_1_0("HEAD", &target, &[]).last_answer();
        assert_eq!(body, "", "{target}");
        assert!(!head.contains("chunked"), "{head}");
    }
}

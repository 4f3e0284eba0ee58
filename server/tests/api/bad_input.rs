//! A request that can't be served receives one line of JSON (RFC 9457).

use crate::{
    http::{Answer, request},
    process::Server,
    transports::TRANSPORTS,
    websocket::{KEY, UPGRADE, VERSION},
};

pub fn assert_problem(answer: &Answer, status: u16) {
    let text = answer.text();
    assert_eq!(answer.head.status, status, "{text}");
    let media_type = answer.head.field("content-type");
    assert_eq!(
        media_type,
        Some("application/problem+json"),
        "{status}: {text:?}"
    );
    assert!(!text.contains('\n'), "{text}");
    let problem: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let problem = problem.as_object().expect("an object");
    let mut names: Vec<_> = problem.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["detail", "status", "title", "type"], "{text}");
    assert_eq!(problem["type"], "about:blank");
    assert_eq!(problem["status"], status);
    let words = |name: &str| problem[name].as_str().is_some_and(|text| !text.is_empty());
    assert!(words("title") && words("detail"), "{text}");
}

/// A handshake for WebSocket, a plain request for the seven HTTP transports.
fn ask(server: &Server, name: &str, query: &str, fields: &[&str]) -> Answer {
    let handshake = [&UPGRADE[..], &[KEY, VERSION]].concat();
    let more: &[&str] = if name == "websocket" { &handshake } else { &[] };
    let target = format!("/{name}?{query}");
    server.ask(&request("GET", &target, &[more, fields].concat(), b""))
}

#[test]
fn a_malformed_position_or_limit_is_rejected_by_all_eight_transports() {
    let server = Server::quiet(&[]);
    for transport in TRANSPORTS {
        for query in [
            "after=x",
            "after=",
            "after=-1",
            "after=1.5",
            "after=+1",
            "after=18446744073709551616",
            "after=1.",
            "after=1.iy6",
            "after=1.iy6m0",
            "after=1.IY6M",
            "after=1.%2By6m",
            "after=1.iy6m.iy6m",
            "after=1,iy6m",
            "after=.iy6m",
            "after=0.iy6m",
            "after=1&after=2",
            "max=0",
            "max=x",
            "after=0&max=-1",
        ] {
            let answer = ask(&server, transport.name, query, &[]);
            assert_problem(&answer, 400);
        }
    }
}

#[test]
fn a_malformed_last_event_id_is_rejected() {
    let server = Server::quiet(&[]);
    for id in [
        "Last-Event-ID: x",
        "Last-Event-ID: -1",
        "Last-Event-ID: 1.iy6",
        "Last-Event-ID: 0.iy6m",
        "Last-Event-ID: \u{e9}",
    ] {
        assert_problem(&ask(&server, "sse", "after=0", &[id]), 400);
    }
}

#[test]
fn another_method_receives_the_allowed_one() {
    let server = Server::quiet(&[]);
    let names = TRANSPORTS.map(|transport| transport.name);
    let feeds = names.iter().map(|&name| (name, "GET, HEAD"));
    let read = ["metrics", "healthz", "index.html", "nothing"].map(|name| (name, "GET, HEAD"));
    for (name, allowed) in feeds.chain(read) {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"] {
            let answer = server.ask(&request(method, &format!("/{name}"), &[], b""));
            assert_problem(&answer, 405);
            assert_eq!(answer.head.field("allow"), Some(allowed), "{method} {name}");
        }
    }
    for method in ["GET", "PUT", "DELETE"] {
        let answer = server.ask(&request(method, "/updates", &[], b""));
        assert_problem(&answer, 405);
        assert_eq!(answer.head.field("allow"), Some("POST"), "{method}");
    }
}

#[test]
fn an_unknown_path_is_not_found() {
    let server = Server::quiet(&[]);
    for path in [
        "/nothing",
        "/polling/",
        "/Polling",
        "/results/nothing",
        "/source/nothing.rs",
    ] {
        assert_problem(&server.get(path), 404);
    }
}

#[test]
fn a_path_outside_the_served_folders_is_rejected() {
    let server = Server::quiet(&["--root", concat!(env!("CARGO_MANIFEST_DIR"), "/..")]);
    assert_eq!(server.get("/source/lib.rs").head.status, 200);
    for path in [
        "/source/../Cargo.toml",
        "/source/..%2fCargo.toml",
        "/source/%2e%2e/Cargo.toml",
        "/..%5c..%5cetc%5cpasswd",
        "//etc/passwd",
    ] {
        let answer = server.get(path);
        assert!(
            [400, 404].contains(&answer.head.status),
            "{path}: {}",
            answer.text()
        );
    }
}

#[test]
fn a_failed_handshake_receives_a_problem() {
    let server = Server::quiet(&[]);
    let shake = |fields: &[&str]| server.ask(&request("GET", "/websocket", fields, b""));
    let upgrade = |fields: &[&str]| shake(&[&UPGRADE[..], fields].concat());
    assert_problem(&upgrade(&[KEY, KEY, VERSION]), 400);
    assert_problem(&upgrade(&[KEY, VERSION, "Origin: http://evil.test"]), 403);
    assert_problem(&upgrade(&[KEY, "Sec-WebSocket-Version: 12"]), 426);
    assert_problem(&upgrade(&[VERSION]), 400);
    assert_problem(&shake(&[]), 400);
}

#[test]
fn a_rejected_request_leaves_the_connection_usable() {
    let server = Server::quiet(&[]);
    let mut connection = server.connect();
    for _ in 0..3 {
        connection.send(&request("GET", "/polling?after=x", &[], b""));
        assert_problem(&connection.answer(), 400);
        connection.send(&request("GET", "/polling?after=0", &[], b""));
        assert_eq!(connection.answer().text(), "[]");
    }
}

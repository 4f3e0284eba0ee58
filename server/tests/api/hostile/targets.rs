//! Targets that do not exist or leave the served folders, and invalid cursors.

use super::{Case, assert_withstands, case};
use crate::{
    bad_input::assert_problem,
    http::{ROOT, get, request},
    process::Server,
    transports::{TRANSPORTS, When},
    websocket::handshake,
};

const CURSORS: [&str; 26] = [
    "after=",
    "after=x",
    "after=-1",
    "after=+1",
    "after=1.5",
    "after=1e3",
    "after=0x1",
    "after=%00",
    "after=1%0d%0aSet-Cookie:a",
    "after=18446744073709551616",
    "after=<script>",
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
    "max=-1",
    "max=x",
    "max=18446744073709551616",
    "after=0&max=-1",
];

const ABSENT: [&str; 14] = [
    "/nothing",
    "/results/nothing",
    "/source/nothing.rs",
    "/polling/",
    "/Polling",
    "/polling/../polling",
    "/source/../Cargo.toml",
    "/source/%2e%2e/Cargo.toml",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/../../../../etc/passwd",
    "//etc/passwd",
    "/results/../README.md",
    "/index.html%00.js",
    "/%ff%fe",
];

const BAD_PATHS: [&str; 5] = [
    "/source/..%2fCargo.toml",
    "/source/%2e%2e%2f%2e%2e%2fCargo.toml",
    "/source/....//Cargo.toml",
    "/..%5c..%5cetc%5cpasswd",
    "/.git/config",
];

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for transport in TRANSPORTS {
        for query in CURSORS {
            let target = format!("/{}?{query}", transport.name);
            let request = match transport.when {
                When::Frame => handshake(&target, &[]),
                _ => get(&target),
            };
            cases.push(case(400, request));
        }
    }
    for id in [
        "x",
        "-1",
        "1.5",
        "1.iy6",
        "0.iy6m",
        "\u{e9}",
        "<script>",
        "18446744073709551616",
    ] {
        let field = format!("Last-Event-ID: {id}");
        cases.push(case(400, request("GET", "/sse?after=0", &[&field], b"")));
    }
    cases.extend(ABSENT.map(|path| case(404, get(path))));
    cases.extend(BAD_PATHS.map(|path| case(400, get(path))));
    cases
}

#[test]
fn a_target_that_is_not_served_is_rejected() {
    let server = Server::quiet(&["--root", ROOT]);
    assert_withstands(&server, &cases());
    assert_eq!(server.get("/source/lib.rs").head.status, 200);
}

#[test]
fn another_method_receives_the_allowed_one() {
    let server = Server::quiet(&[]);
    let methods = ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"];
    let read = ["metrics", "healthz", "index.html", "", "nothing"];
    let names = TRANSPORTS
        .iter()
        .map(|transport| transport.name)
        .chain(read);
    let read = names.map(|name| (format!("/{name}"), &methods[..], "GET, HEAD"));
    let written = ("/updates".to_owned(), &["GET", "PUT", "DELETE"][..], "POST");
    for (target, methods, allowed) in read.chain([written]) {
        for method in methods {
            let answer = server.ask(&request(method, &target, &[], b""));
            assert_problem(&answer, 405);
            let allow = answer.head.field("allow");
            assert_eq!(allow, Some(allowed), "{method} {target}");
        }
    }
}

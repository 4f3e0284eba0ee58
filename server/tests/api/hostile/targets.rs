//! Targets that do not exist or leave the served folders, and invalid cursors.

use super::{Case, assert_withstands, case};
use crate::{http::request, process::Server};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

const CURSORS: [&str; 16] = [
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
    "after=1&after=2",
    "max=0",
    "max=-1",
    "max=x",
    "max=18446744073709551616",
];

const ABSENT: [&str; 12] = [
    "/nothing",
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

pub fn cases() -> Vec<Case> {
    let get = |target: &str| request("GET", target, &[], b"");
    let cursors = CURSORS.map(|query| case(400, get(&format!("/polling?{query}"))));
    let ids = ["x", "-1", "1.5", "<script>", "18446744073709551616"];
    let ids = ids.map(|id| {
        let field = format!("Last-Event-ID: {id}");
        case(400, request("GET", "/sse", &[&field], b""))
    });
    let absent = ABSENT.map(|path| case(404, get(path)));
    let bad_paths = BAD_PATHS.map(|path| case(400, get(path)));
    let methods = [
        ("POST", "/polling"),
        ("PUT", "/updates"),
        ("DELETE", "/updates"),
        ("GET", "/updates"),
        ("OPTIONS", "/sse"),
        ("TRACE", "/polling"),
        ("BREW", "/"),
        ("POST", "/metrics"),
    ];
    let methods = methods.map(|(method, target)| case(405, request(method, target, &[], b"")));
    let paths = absent.into_iter().chain(bad_paths);
    let all = cursors.into_iter().chain(ids).chain(paths).chain(methods);
    all.collect()
}

#[test]
fn a_target_that_is_not_served_is_rejected() {
    assert_withstands(&Server::quiet(&["--root", ROOT]), &cases());
}

//! The files of the page through the port of a panel.

use std::net::SocketAddr;

use super::panel;
use crate::{
    http::{Connection, request},
    process::Server,
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The status of a file and how long a browser may use it.
fn cached(address: SocketAddr, target: &str, field: &[&str]) -> (u16, String) {
    cached_over(&mut Connection::open(address), target, field)
}

fn cached_over(connection: &mut Connection, target: &str, field: &[&str]) -> (u16, String) {
    connection.send(&request("GET", target, field, b""));
    let head = connection.head();
    let cache = head.field("cache-control").expect("it is stated");
    (head.status, cache.to_owned())
}

#[test]
fn a_browser_asks_again_for_each_file_except_for_the_modules_of_a_panel() {
    let server = Server::quiet(&["--lab", "--root", ROOT]);
    let [page, panel] = [server.address, panel(&server, "sse")];
    let again = |status| (status, "no-cache".to_owned());
    let ten_seconds = |status| (status, "max-age=10".to_owned());
    for target in ["/transports/sse.js", "/view/shared/base.css"] {
        assert_eq!(cached(page, target, &[]), again(200), "{target}");
        assert_eq!(cached(panel, target, &[]), ten_seconds(200), "{target}");
        let unchanged = ["If-None-Match: *"];
        assert_eq!(cached(panel, target, &unchanged), ten_seconds(304));
    }
    for target in ["/", "/panel.html?transport=sse"] {
        assert_eq!(cached(panel, target, &[]), again(200), "{target}");
    }
    assert_ne!(cached(panel, "/absent.js", &[]).1, "max-age=10");
}

#[test]
fn a_browser_does_not_keep_the_rejection_of_a_file() {
    const CONNECTIONS: usize = 9;
    let most = CONNECTIONS.to_string();
    let server = Server::quiet(&["--lab", "--root", ROOT, "--connections", &most]);
    let mut to_panel = Connection::open(panel(&server, "sse"));
    to_panel.send(&request("GET", "/healthz", &[], b""));
    assert_eq!(to_panel.answer().head.status, 200);
    let _streams: Vec<_> = (1..CONNECTIONS)
        .map(|_| {
            let mut stream = server.connect();
            stream.send(&request("GET", "/sse", &[], b""));
            assert_eq!(stream.head().status, 200);
            stream
        })
        .collect();
    // The file would count as one more connection.
    let rejected = cached_over(&mut to_panel, "/transports/sse.js", &[]);
    assert_eq!(rejected, (503, "no-store".to_owned()));
}

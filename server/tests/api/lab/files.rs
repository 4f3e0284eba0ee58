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
    let mut connection = Connection::open(address);
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

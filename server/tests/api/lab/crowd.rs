//! More connections to a panel than it may have.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

use super::panel;
use crate::{http::request, process::Server, transports::TRANSPORTS};

/// Whether a connection there is not reset.
fn is_answered(address: SocketAddr) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else {
        return false;
    };
    let _ = stream.write_all(&request("GET", "/healthz", &[], b""));
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).is_ok() && answer == *b"HTTP/1.1 200"
}

#[test]
fn connections_to_a_panel_leave_room_for_the_page_and_the_other_panels() {
    let mut server = Server::with_few_files("-n 400", &["--lab"]);
    let crowded = panel(&server, "sse");
    let _crowd: Vec<_> = (0..500).map(|_| TcpStream::connect(crowded)).collect();
    assert!(is_answered(server.address));
    for transport in TRANSPORTS {
        let port = panel(&server, transport.name);
        assert_eq!(is_answered(port), port != crowded);
    }
    let log = server.stop_and_read_log();
    assert_eq!(log.matches("reached its limit").count(), 1, "{log}");
    assert!(!log.contains("can't accept"), "{log}");
}

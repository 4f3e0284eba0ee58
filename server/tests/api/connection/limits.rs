//! More connections than the server's limits allow.

use crate::{
    bad_input::assert_problem,
    http::{Connection, request},
    process::{Server, awaited, skipped},
};

#[test]
fn a_connection_over_the_limit_is_rejected_before_its_request() {
    let server = Server::quiet(&["--connections", "3"]);
    let mut kept: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for connection in &mut kept {
        assert!(connection.is_answered());
    }
    let answer = server.connect().answer();
    assert_problem(&answer, 503);
    let text = answer.text();
    assert!(text.contains("limit of 3 connections"), "{text}");
    let mut asking = server.send(&request("POST", "/updates", &[], &[b'1'; 4000]));
    assert_problem(&asking.answer(), 503);
    kept.pop();
    // The permit is released when the server has noticed the disconnect.
    awaited("a free permit", || {
        server.connect().is_answered().then_some(())
    });
    drop(kept);
    assert!(server.rejections("connections") >= 2);
}

#[test]
fn a_connection_without_a_request_is_replaced_by_a_newer_one() {
    let options = ["--connections-without-request", "2", "--workers", "1"];
    let server = Server::quiet(&options);
    let mut first = server.connect();
    let mut asked = server.connect();
    assert!(asked.is_answered());
    let _others: Vec<_> = (0..2).map(|_| server.connect()).collect();
    assert_problem(&first.answer(), 408);
    assert_eq!(first.rest(), b"");
    assert!(asked.is_answered());
    // The limit also holds if all connections are opened at the same time.
    let mut crowd: Vec<_> = (0..30).map(|_| server.connect()).collect();
    for connection in &mut crowd[..28] {
        assert_problem(&connection.answer(), 408);
    }
    assert!(server.rejections("connections_without_request") >= 29);
}

#[test]
fn the_limit_per_address_does_not_apply_to_loopback() {
    let options = ["--bind", "0.0.0.0:0", "--connections-per-address", "2"];
    let server = Server::quiet(&options);
    let local: Vec<_> = (0..5).map(|_| server.connect()).collect();
    drop(local);
    // Connects to this machine by an address that is not loopback, if there is one.
    let Some(address) = own_address() else {
        return skipped("this machine has no network address");
    };
    let connect = || Connection::open((address, server.address.port()).into());
    let mut kept = [connect(), connect()];
    for connection in &mut kept {
        assert!(connection.is_answered());
    }
    let answer = connect().answer();
    assert_problem(&answer, 503);
    let text = answer.text();
    assert!(text.contains("your address has reached"), "{text}");
    server.rejections_become("connections_per_address", 1);
}

/// The address from which this machine would reach other machines. Nothing is sent.
pub fn own_address() -> Option<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_loopback() && !own.is_unspecified()).then_some(own)
}

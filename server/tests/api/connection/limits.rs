//! More connections than the server may have.

use super::rejections;
use crate::{
    bad_input::assert_problem,
    http::{Connection, request},
    process::{Server, awaited, skipped},
};

#[test]
fn a_connection_too_many_is_rejected_before_it_asks() {
    let server = Server::quiet(&["--connections", "3"]);
    let mut kept: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for connection in &mut kept {
        connection.send(&request("GET", "/healthz", &[], b""));
        assert_eq!(connection.answer().text(), "ok\n");
    }
    let mut early = server.connect();
    let answer = early.answer();
    assert_problem(&answer, 503);
    assert!(
        answer.text().contains("3 connections are open"),
        "{}",
        answer.text()
    );
    let mut asking = server.connect();
    asking.send(&request("POST", "/updates", &[], &[b'1'; 4000]));
    assert_problem(&asking.answer(), 503);
    kept.pop();
    // The place is free when the server has noticed it.
    awaited("a free place", || {
        let mut connection = server.connect();
        connection.send(&request("GET", "/healthz", &[], b""));
        (connection.answer().head.status == 200).then_some(())
    });
    drop(kept);
    assert!(server.metric(&rejections("connections")) >= 2);
}

#[test]
fn a_connection_that_asks_nothing_makes_room_for_a_newer_one() {
    let options = ["--connections-without-request", "2", "--workers", "1"];
    let server = Server::quiet(&options);
    let mut first = server.connect();
    let mut asked = server.connect();
    asked.send(&request("GET", "/healthz", &[], b""));
    assert_eq!(asked.answer().text(), "ok\n");
    let _others: Vec<_> = (0..2).map(|_| server.connect()).collect();
    assert_problem(&first.answer(), 408);
    assert_eq!(first.rest(), b"");
    asked.send(&request("GET", "/healthz", &[], b""));
    assert_eq!(asked.answer().text(), "ok\n");
    // Also where they come all at once.
    let mut crowd: Vec<_> = (0..30).map(|_| server.connect()).collect();
    for connection in &mut crowd[..28] {
        assert_problem(&connection.answer(), 408);
    }
    let reason = rejections("connections_without_request");
    assert!(server.metric(&reason) >= 29);
}

#[test]
fn connections_from_one_address_have_a_limit_and_this_host_has_none() {
    let options = ["--bind", "0.0.0.0:0", "--connections-per-address", "2"];
    let server = Server::quiet(&options);
    let local: Vec<_> = (0..5).map(|_| server.connect()).collect();
    drop(local);
    // This machine connects to itself by an address that is not loopback, if it has one.
    let Some(address) = own_address() else {
        return skipped("this machine has no address of its own");
    };
    let connect = || Connection::open((address, server.address.port()).into());
    let mut kept = [connect(), connect()];
    for connection in &mut kept {
        connection.send(&request("GET", "/healthz", &[], b""));
        assert_eq!(connection.answer().text(), "ok\n");
    }
    let mut rejected = connect();
    let answer = rejected.answer();
    assert_problem(&answer, 503);
    assert!(
        answer.text().contains("from your address"),
        "{}",
        answer.text()
    );
    server.metric_becomes(&rejections("connections_per_address"), 1);
}

/// The address by which this machine would reach others. Nothing is sent.
fn own_address() -> Option<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_loopback() && !own.is_unspecified()).then_some(own)
}

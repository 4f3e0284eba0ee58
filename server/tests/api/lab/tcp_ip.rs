//! The TCP/IP headers of a panel's connections, as counted by the kernel.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
};

use nix::{getsockopt_impl, libc, sockopt_impl};
use serde_json::Value;

use super::{Viewer, change, connect, of, quiet, state};
use crate::{
    http::request,
    process::{Server, awaited, until},
    transports::TRANSPORTS,
};

sockopt_impl!(
    /// The first bytes of the kernel's `struct tcp_info`.
    TcpInfo,
    GetOnly,
    libc::IPPROTO_TCP,
    libc::TCP_INFO,
    [u32; 36]
);

/// The bytes of IPv4 and TCP headers with timestamps (RFC 7323).
const HEADER: u64 = 20 + 20 + 12;
/// A SYN also has a maximum segment size, SACK permitted and a window scale.
const SYN_HEADER: u64 = 20 + 20 + 20;

/// The headers of a connection, from the counts at the client's end.
fn headers(client: &TcpStream) -> u64 {
    let info = nix::sys::socket::getsockopt(client, TcpInfo).expect("the kernel counts");
    // `tcpi_segs_out` and `tcpi_segs_in`.
    let (sent, received) = (u64::from(info[34]), u64::from(info[35]));
    2 * SYN_HEADER + (sent - 1 + received - 1) * HEADER
}

/// Sends a request for `/polling` and receives the whole response.
fn poll(client: &mut TcpStream) {
    let sent = request("GET", "/polling?after=0", &[], b"");
    client.write_all(&sent).expect("the server receives it");
    let mut received = Vec::new();
    while !received.ends_with(b"]") {
        let mut buffer = [0; 4_096];
        let length = client.read(&mut buffer).expect("a response");
        received.extend(&buffer[..length]);
    }
}

impl Viewer {
    /// The next counts.
    fn tcp_ip_bytes(&mut self) -> Value {
        awaited("the counts", || {
            let message = self.message();
            let counts = &message["tcp_ip_bytes"];
            counts.is_object().then(|| counts.clone())
        })
    }
}

#[test]
fn the_headers_of_open_and_ended_connections_are_those_counted_at_the_client() {
    let server = quiet();
    server.publish("1");
    let (mut viewer, _) = Viewer::new(&server);
    let first = viewer.tcp_ip_bytes();
    for transport in TRANSPORTS {
        assert_eq!(first[transport.name], 0);
    }
    let mut open = connect(&server, "polling");
    poll(&mut open);
    while viewer.tcp_ip_bytes()["polling"] != headers(&open) {}
    let mut ending = connect(&server, "polling");
    poll(&mut ending);
    poll(&mut ending);
    ending.shutdown(Shutdown::Write).expect("it is open");
    assert_eq!(ending.read(&mut [0; 9]).expect("an orderly end"), 0);
    poll(&mut open);
    while viewer.tcp_ip_bytes()["polling"] != headers(&open) + headers(&ending) {}
    let mut other = connect(&server, "sse");
    poll(&mut other);
    let counts = awaited("the counts of another panel", || {
        let counts = viewer.tcp_ip_bytes();
        (counts["sse"] == headers(&other)).then_some(counts)
    });
    assert_eq!(counts["polling"], headers(&open) + headers(&ending));
    assert_eq!(counts["websocket"], 0);
    // A viewer that comes later receives the same counts.
    let (mut later, _) = Viewer::new(&server);
    assert_eq!(later.tcp_ip_bytes(), counts);
}

#[test]
fn a_reset_connection_keeps_its_headers() {
    let server = quiet();
    server.publish("1");
    let (mut viewer, _) = Viewer::new(&server);
    let mut client = connect(&server, "sse");
    poll(&mut client);
    while viewer.tcp_ip_bytes()["sse"] != headers(&client) {}
    change(&server, r#"{"transport":"sse","unplug_us":1000}"#);
    let reset = client.read(&mut [0; 9]).expect_err("it is reset");
    assert_eq!(reset.kind(), std::io::ErrorKind::ConnectionReset);
    let before = headers(&client);
    until("the link is plugged in", || {
        of(&state(&server), "sse")["plugged"] == true
    });
    // The reset itself is sent when the socket is closed, after the last count.
    let mut next = connect(&server, "sse");
    poll(&mut next);
    while viewer.tcp_ip_bytes()["sse"] != before - HEADER + headers(&next) {}
}

#[test]
fn a_kernel_without_the_counts_reports_none() {
    let server = Server::on_old_kernel(&["--lab"]);
    server.publish("1");
    let (mut viewer, _) = Viewer::new(&server);
    poll(&mut connect(&server, "polling"));
    // Counts would come before the passages.
    awaited("a passage", || {
        let message = viewer.message();
        assert_eq!(message["tcp_ip_bytes"], Value::Null);
        message["wire"].is_array().then_some(())
    });
}

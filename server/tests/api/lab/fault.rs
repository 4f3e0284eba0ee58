//! What goes wrong when the presenter wants it to.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use super::{Viewer, change, of, panel, quiet, state};
use crate::{
    eight::EIGHT,
    http::{Connection, request},
    process::until,
    websocket::{KEY, UPGRADE, VERSION},
};

/// Whether a server answers there.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> io::Result<usize> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(&request("GET", "/polling?after=0", &[], b""))?;
        stream.read(&mut [0; 12])
    };
    ask().is_ok_and(|length| length > 0)
}

#[test]
fn a_plug_that_is_pulled_breaks_what_is_open_and_is_in_again_by_itself() {
    let server = quiet();
    let (mut viewer, _) = Viewer::new(&server);
    let (sse, polling) = (panel(&server, "sse"), panel(&server, "polling"));
    let mut stream = Connection::open(sse);
    stream.send(&request("GET", "/sse", &[], b""));
    assert_eq!(stream.head().status, 200);
    stream.chunk();
    let new = change(&server, r#"{"transport":"sse","unplug_us":60000000}"#);
    assert_eq!(of(&new, "sse")["plugged"], false);
    assert_eq!(of(&new, "polling")["plugged"], true);
    assert_eq!(stream.rest(), b"", "it is broken");
    assert!(!answers(sse));
    assert!(answers(polling));
    assert_eq!(of(&viewer.lab(), "sse")["plugged"], false);
    // Another is in again by itself.
    let new = change(&server, r#"{"transport":"polling","unplug_us":300000}"#);
    assert_eq!(of(&new, "polling")["plugged"], false);
    while of(&viewer.lab(), "polling")["plugged"] == false {}
    assert!(answers(polling));
    assert!(!answers(sse), "the long one is still out");
}

#[test]
fn a_second_time_prolongs() {
    let server = quiet();
    change(&server, r#"{"transport":"sse","unplug_us":60000000}"#);
    let new = change(&server, r#"{"unplug_us":100000}"#);
    assert_eq!(of(&new, "polling")["plugged"], false);
    let plugged = |name| of(&state(&server), name)["plugged"] == true;
    until("the others are plugged in", || {
        plugged("polling") && plugged("websocket")
    });
    assert!(!plugged("sse"));
}

#[test]
fn a_stream_that_was_broken_goes_on_at_its_place_when_it_is_plugged_in() {
    let server = quiet();
    let sse = panel(&server, "sse");
    server.publish("1");
    let mut stream = EIGHT[6].client_at(sse, Some(0));
    stream.next();
    change(&server, r#"{"unplug_us":100000}"#);
    server.publish("2");
    until("it is plugged in", || answers(sse));
    assert_eq!(&EIGHT[6].client_at(sse, Some(1)).next(), &server.texts()[1]);
}

#[test]
fn behind_a_proxy_that_buffers_a_stream_gets_nothing_and_a_long_poll_its_answer() {
    let server = quiet();
    change(&server, r#"{"proxy":"buffers"}"#);
    let mut stream = TcpStream::connect(panel(&server, "sse")).expect("the panel accepts");
    let ask = request("GET", "/sse?after=0", &[], b"");
    stream.write_all(&ask).expect("it can be sent");
    let mut poll = EIGHT[3].client_at(panel(&server, "long-polling"), Some(0));
    server.metric_becomes("feed_clients{transport=\"sse\"}", 1);
    server.publish("1");
    assert_eq!(poll.next(), server.texts()[0]);
    server.metric_becomes("feed_updates_sent_total{transport=\"sse\"}", 1);
    stream.set_nonblocking(true).expect("it is a socket");
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received);
    let received = String::from_utf8_lossy(&received);
    assert!(!received.contains("data:"), "{received}");
}

#[test]
fn behind_a_proxy_that_strips_upgrade_the_handshake_is_refused_and_sse_works() {
    let server = quiet();
    server.publish("1");
    change(&server, r#"{"proxy":"strips-upgrade"}"#);
    let handshake = [&UPGRADE[..], &[KEY, VERSION]].concat();
    let mut connection = Connection::open(panel(&server, "websocket"));
    connection.send(&request("GET", "/websocket", &handshake, b""));
    let status = connection.answer().head.status;
    assert!((400..500).contains(&status), "{status}");
    let mut stream = EIGHT[6].client_at(panel(&server, "sse"), Some(0));
    assert_eq!(stream.next(), server.texts()[0]);
    change(&server, r#"{"proxy":null}"#);
    let mut socket = EIGHT[7].client_at(panel(&server, "websocket"), Some(0));
    assert_eq!(socket.next(), server.texts()[0]);
}

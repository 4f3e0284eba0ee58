//! Faults that the presenter causes.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use super::{Viewer, ask_at, change, client, connect, of, panel, quiet, state};
use crate::{
    http::{Connection, request},
    process::until,
    transports::TRANSPORTS,
    websocket::{KEY, UPGRADE, VERSION},
};

/// Whether a server answers at this address.
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
fn unplugging_resets_connections_and_ends_by_itself() {
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
    assert_eq!(stream.rest(), b"", "the connection is reset");
    assert!(!answers(sse));
    assert!(answers(polling));
    assert_eq!(of(&viewer.lab(), "sse")["plugged"], false);
    // A shorter one ends by itself.
    let new = change(&server, r#"{"transport":"polling","unplug_us":300000}"#);
    assert_eq!(of(&new, "polling")["plugged"], false);
    while of(&viewer.lab(), "polling")["plugged"] == false {}
    assert!(answers(polling));
    assert!(!answers(sse), "the longer one is still unplugged");
}

#[test]
fn unplugging_again_prolongs_it() {
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
fn a_reset_stream_resumes_at_its_position_after_plugging_in() {
    let server = quiet();
    let sse = panel(&server, "sse");
    server.publish("1");
    client(&server, "sse").next();
    change(&server, r#"{"unplug_us":100000}"#);
    server.publish("2");
    until("the panel is plugged in", || answers(sse));
    let mut resumed = TRANSPORTS[6].client_at(sse, Some(1));
    assert_eq!(resumed.next(), server.texts()[1]);
}

#[test]
fn a_buffering_proxy_stops_streams_but_not_long_polls_or_websockets() {
    let server = quiet();
    change(&server, r#"{"proxy":"buffers"}"#);
    let mut stream = connect(&server, "sse");
    let ask = request("GET", "/sse?after=0", &[], b"");
    stream.write_all(&ask).expect("the server receives it");
    let mut poll = client(&server, "long-polling");
    let mut socket = client(&server, "websocket");
    server.metric_becomes("feed_clients{transport=\"sse\"}", 1);
    server.publish("1");
    assert_eq!(poll.next(), server.texts()[0]);
    assert_eq!(socket.next(), server.texts()[0]);
    server.metric_becomes("feed_updates_sent_total{transport=\"sse\"}", 1);
    stream.set_nonblocking(true).expect("it is a socket");
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received);
    let received = String::from_utf8_lossy(&received);
    assert!(!received.contains("data:"), "{received}");
}

#[test]
fn a_proxy_that_strips_upgrade_rejects_handshakes_but_not_sse() {
    let server = quiet();
    server.publish("1");
    change(&server, r#"{"proxy":"strips-upgrade"}"#);
    let handshake = [&UPGRADE[..], &[KEY, VERSION]].concat();
    let handshake = request("GET", "/websocket", &handshake, b"");
    let status = ask_at(panel(&server, "websocket"), &handshake).head.status;
    assert!((400..500).contains(&status), "{status}");
    assert_eq!(client(&server, "sse").next(), server.texts()[0]);
    change(&server, r#"{"proxy":null}"#);
    assert_eq!(client(&server, "websocket").next(), server.texts()[0]);
}

//! The lab over https: the panels serve TLS, and the lab still classifies all bytes.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
};

use serde_json::Value;
use tokio_rustls::rustls::{ClientConnection, StreamOwned, pki_types::ServerName};

use super::{Viewer, ask_at, change, decoded, exchange, panel, state};
use crate::{
    bad_input::assert_problem,
    http::{Answer, Connection, HOST, request},
    process::Server,
    tls::{
        TlsServer,
        client::{self, relay_to, runtime},
    },
    transports::TRANSPORTS,
    websocket::WebSocket,
};

/// The overhead of TLS 1.3 per record: a header before the content, and a type and a tag after it.
const HEADER: usize = 5;
const TRAILER: usize = 17;

/// A server with the lab over https, whose only updates are published by the test.
fn quiet() -> Server {
    TlsServer::quiet(&["--lab"]).server
}

/// Sends a request over TLS to the panel of a transport.
fn over_panel(server: &Server, transport: &str, request: &[u8]) -> Answer {
    ask_at(relay_to(panel(server, transport)), request)
}

/// A TCP connection that records all bytes.
struct Kept {
    stream: TcpStream,
    sent: Vec<u8>,
    received: Vec<u8>,
}

impl Read for Kept {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.stream.read(buffer)?;
        self.received.extend(&buffer[..length]);
        Ok(length)
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.stream.write(bytes)?;
        self.sent.extend(&bytes[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A connection over TLS to the panel of a transport.
fn connect(server: &Server, transport: &str) -> StreamOwned<ClientConnection, Kept> {
    let name = ServerName::try_from(HOST).expect("it is a name");
    let client = ClientConnection::new(client::config(&[b"http/1.1"]), name);
    let kept = Kept {
        stream: super::connect(server, transport),
        sent: Vec::new(),
        received: Vec::new(),
    };
    StreamOwned::new(client.expect("the name is valid"), kept)
}

/// The classes and lengths of the parts of a passage.
fn parts(passage: &Value) -> Vec<(&str, usize)> {
    let parts = passage["parts"].as_array().expect("an array").iter();
    let read = parts.map(|part| Some((part["class"].as_str()?, part["length"].as_u64()? as usize)));
    let read: Option<_> = read.collect();
    read.expect("a class and a length each")
}

#[test]
fn every_byte_on_the_wire_is_reported_with_its_class_and_encrypted() {
    let server = quiet();
    server.publish("\"seen\"");
    let text = &server.texts()[0];
    let (mut viewer, _) = Viewer::new(&server);
    for (nth, transport) in (1..).zip(TRANSPORTS) {
        let name = transport.name;
        let mut stream = connect(&server, name);
        exchange(&mut stream, transport, text);
        let kept = stream.sock;
        let (mut up, mut down, mut lengths) = (Vec::new(), Vec::new(), [0, 0]);
        let mut updates = 0;
        while down.len() < kept.received.len() {
            for passage in viewer.passages() {
                // The previous connection may still be ending.
                if passage["connection"] != nth {
                    continue;
                }
                assert_eq!(passage["transport"], name);
                let is_up = passage["direction"] == "up";
                let way = if is_up { &mut up } else { &mut down };
                way.extend(decoded(&passage["encrypted"]));
                let length: usize = parts(&passage).iter().map(|(_, length)| length).sum();
                lengths[usize::from(is_up)] += length;
                updates += passage["updates"].as_array().expect("an array").len();
            }
        }
        assert_eq!(updates, 1, "{name}");
        assert_eq!(up[..], kept.sent[..up.len()], "{name}");
        assert_eq!(down[..kept.received.len()], kept.received, "{name}");
        assert_eq!(lengths, [down.len(), up.len()], "{name}");
    }
}

#[test]
fn a_frame_is_read_inside_its_record() {
    let server = quiet();
    let _socket = WebSocket::at(relay_to(panel(&server, "websocket")), "/websocket?after=0");
    let (mut viewer, _) = Viewer::new(&server);
    server.publish("1");
    let text = &server.texts()[0];
    let passage = viewer.next_with_updates();
    let expected = [
        ("tls", HEADER),
        ("websocket_frame", 2),
        ("payload", text.len()),
        ("tls", TRAILER),
    ];
    assert_eq!(parts(&passage), expected);
    assert_eq!(decoded(&passage["parts"][2]["bytes"]), text.as_bytes());
    let encrypted = decoded(&passage["encrypted"]);
    assert_eq!(encrypted.len(), HEADER + 2 + text.len() + TRAILER);
    assert_eq!(encrypted[..3], [23, 3, 3], "a record of application data");
}

#[test]
fn the_handshake_is_reported_as_setup_except_for_files() {
    let server = quiet();
    let (mut viewer, _) = Viewer::new(&server);
    over_panel(&server, "polling", &request("GET", "/lab", &[], b""));
    let mut stream = connect(&server, "polling");
    let [sent, _] = exchange(&mut stream, TRANSPORTS[1], "HTTP/1.1");
    let mut passages = viewer.passages();
    while passages.len() < 4 {
        passages.extend(viewer.passages());
    }
    // The first connection carried a file.
    assert!(passages.iter().all(|passage| passage["connection"] == 2));
    let [("setup", hello)] = parts(&passages[0])[..] else {
        panic!("no ClientHello: {}", passages[0]);
    };
    let hello_bytes = decoded(&passages[0]["parts"][0]["bytes"]);
    assert_eq!(hello_bytes, stream.sock.sent[..hello]);
    assert_eq!(hello_bytes[..2], [22, 3], "a record of a handshake");
    let all: Vec<_> = passages.iter().flat_map(parts).collect();
    let request = [
        ("tls", HEADER),
        ("request_head", sent.len()),
        ("tls", TRAILER),
    ];
    assert!(all.windows(3).any(|window| window == request), "{all:?}");
}

#[test]
fn distance_applies_to_the_handshake_too() {
    let server = quiet();
    change(&server, r#"{"transport":"polling","rtt_us":200000}"#);
    let (mut viewer, _) = Viewer::new(&server);
    let mut stream = connect(&server, "polling");
    exchange(&mut stream, TRANSPORTS[1], "HTTP/1.1");
    let us = |passage: &Value, end: &str| passage[end].as_i64().expect("an instant");
    let mut count = 0;
    while count < 4 {
        for passage in viewer.passages() {
            let took_us = us(&passage, "server_us") - us(&passage, "client_us");
            assert!(took_us.abs() >= 100_000, "{passage}");
            count += 1;
        }
    }
}

#[test]
fn a_long_history_arrives_complete_in_many_records() {
    let server = TlsServer::quiet(&["--lab", "--publish-rate-per-client", "0"]).server;
    let data = format!("\"{}\"", "x".repeat(60_000));
    for _ in 0..20 {
        server.publish(&data);
    }
    for transport in TRANSPORTS {
        let address = relay_to(panel(&server, transport.name));
        let mut client = transport.client_at(address, Some(0));
        for (nth, update) in (1..).zip(client.take(20)) {
            let name = transport.name;
            assert!(update.starts_with(&format!("{{\"seq\":{nth},")), "{name}");
            assert_eq!(update.matches('x').count(), 60_000, "{name}");
        }
    }
}

#[test]
fn a_panel_speaks_http_1_alone_and_the_page_http_2_as_well() {
    let TlsServer { server, address } = TlsServer::quiet(&["--lab"]);
    let chosen = |address| {
        runtime().block_on(async {
            let stream = client::connect(address, &[b"h2", b"http/1.1"]).await;
            stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec)
        })
    };
    assert_eq!(chosen(address).as_deref(), Some(&b"h2"[..]));
    let panel = panel(&server, "sse");
    assert_eq!(chosen(panel).as_deref(), Some(&b"http/1.1"[..]));
    let only_h2 = runtime().block_on(client::try_connect(panel, &[b"h2"]));
    assert!(only_h2.is_err(), "HTTP/2 alone");
}

#[test]
fn rights_origins_and_frames_are_those_of_https() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let server = TlsServer::quiet(&["--lab", "--root", root]).server;
    let seen = state(&server);
    assert_eq!(seen["presenter"], true);
    let url = format!("https://{HOST}/join.html");
    assert_eq!(seen["join_url"], url);
    // Over a panel no client is the presenter, and this host publishes from an https page.
    let lab = request("POST", "/lab", &[], b"{}");
    assert_problem(&over_panel(&server, "sse", &lab), 403);
    let publish = |scheme| {
        let origin = format!("Origin: {scheme}://{HOST}");
        let publish = request("POST", "/updates", &[&origin], b"1");
        over_panel(&server, "sse", &publish)
    };
    assert_eq!(publish("https").head.status, 201);
    assert_problem(&publish("http"), 403);
    let port = panel(&server, "sse").port();
    let policy = |answer: &Answer| {
        let policy = answer.head.field("content-security-policy");
        policy.expect("a policy").to_owned()
    };
    let page = policy(&server.get("/index.html"));
    assert!(page.contains(&format!(" https://{HOST}:{port}")), "{page}");
    assert!(!page.contains("http:"), "{page}");
    let file = request("GET", "/panel.html", &[], b"");
    let panel = policy(&over_panel(&server, "sse", &file));
    let framed_by = format!("frame-ancestors 'self' https://{HOST}:");
    assert!(panel.contains(&framed_by), "{panel}");
}

#[test]
fn a_client_in_clear_text_at_a_panel_is_closed() {
    let server = quiet();
    let mut connection = Connection::open(panel(&server, "sse"));
    connection.send(&request("GET", "/sse", &[], b""));
    connection.end();
    let answer = connection.rest();
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}

#[test]
fn the_panels_of_both_polling_transports_work_through_a_proxy_too() {
    let server = quiet();
    change(&server, r#"{"proxy":"buffers"}"#);
    server.publish("1");
    for transport in [TRANSPORTS[1], TRANSPORTS[3]] {
        let address = relay_to(panel(&server, transport.name));
        let mut client = transport.client_at(address, Some(0));
        assert_eq!(client.next(), server.texts()[0], "{}", transport.name);
    }
}

#[test]
fn the_addresses_at_the_start_are_those_of_https() {
    let options = ["--tls", "--lab", "--lan", "--source", "none"];
    let (mut server, [_, _, presenter, talk, lan]) = Server::start_reading_lines(&options);
    let address = server.address;
    let page = format!("https://{address}/?token=");
    assert!(presenter.contains(&page), "{presenter}");
    let own = format!("https://127.0.0.1:{}/talk.html", address.port());
    assert!(talk.contains(&own), "{talk}");
    let url = format!("https://{address}/join.html");
    if !address.ip().is_loopback() {
        assert!(lan.contains(&url), "{lan}");
    }
    server.address = relay_to(address);
    assert_eq!(state(&server)["join_url"], url);
}

#[test]
fn bytes_after_the_end_of_tls_do_not_stop_the_lab() {
    let server = quiet();
    for _ in 0..3 {
        let mut stream = connect(&server, "sse");
        stream.flush().expect("the handshake succeeds");
        stream.conn.send_close_notify();
        let mut end = Vec::new();
        while stream.conn.wants_write() {
            stream.conn.write_tls(&mut end).expect("memory");
        }
        // A complete record with application data, in the same packet.
        end.extend([23, 3, 3, 0, 1, 0]);
        stream.sock.write_all(&end).expect("it can be sent");
    }
    let answer = over_panel(&server, "polling", &request("GET", "/polling", &[], b""));
    assert_eq!(answer.head.status, 200);
}

//! The lab: every client sees the wires, and only the presenter changes them.

// A phone is simulated by another loopback address of this host, which only Linux has by default.
#[cfg(target_os = "linux")]
mod audience;
mod control;
mod crowd;
mod fault;
mod files;
mod join;
mod presenter;
// Only Linux counts.
#[cfg(target_os = "linux")]
mod tcp_ip;
mod tls;
mod vote;
mod wire;

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

use crate::{
    client::Client,
    http::{Answer, Connection, request},
    process::{PATIENCE, Server, awaited},
    transports::{TRANSPORTS, Transport, When},
    websocket::{FIN, Frame, KEY, TEXT, UPGRADE, VERSION, WebSocket},
};

/// A server with the lab, whose only updates are published by the test.
fn quiet() -> Server {
    Server::quiet(&["--lab"])
}

fn json(answer: &Answer) -> Value {
    assert_eq!(answer.head.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.body).expect("JSON")
}

fn state(server: &Server) -> Value {
    json(&server.get("/lab"))
}

/// The address of a transport's panel.
fn panel(server: &Server, transport: &str) -> SocketAddr {
    let port = of(&state(server), transport)["port"].as_u64();
    let port = port.and_then(|port| port.try_into().ok());
    SocketAddr::new(server.address.ip(), port.expect("a port"))
}

/// The state of one panel.
fn of<'a>(state: &'a Value, transport: &str) -> &'a Value {
    let mut panels = state["panels"].as_array().expect("an array").iter();
    panels
        .find(|panel| panel["transport"] == transport)
        .expect("each transport has a panel")
}

/// A client at the panel of its transport, which starts with the first update.
fn client(server: &Server, transport: &str) -> Client {
    let mut transports = TRANSPORTS.into_iter();
    let transport = transports.find(|one| one.name == transport);
    let transport = transport.expect("it is one of them");
    transport.client_at(panel(server, transport.name), Some(0))
}

/// A connection to the panel of a transport.
fn connect(server: &Server, transport: &str) -> TcpStream {
    let stream = TcpStream::connect(panel(server, transport)).expect("the panel accepts");
    stream.set_read_timeout(Some(PATIENCE)).expect("a while");
    stream
}

/// Sends a request on a new connection, and returns the response.
fn ask_at(address: SocketAddr, request: &[u8]) -> Answer {
    let mut connection = Connection::open(address);
    connection.send(request);
    connection.answer()
}

fn get_at(address: SocketAddr, target: &str) -> Answer {
    ask_at(address, &request("GET", target, &[], b""))
}

fn post(server: &Server, body: &str) -> Answer {
    server.ask(&request("POST", "/lab", &[], body.as_bytes()))
}

/// Makes a change and returns the new state.
fn change(server: &Server, body: &str) -> Value {
    json(&post(server, body))
}

/// Sends the request of a transport, and receives bytes until `text` is among them. Returns the
/// bytes that were sent and received.
fn exchange(mut stream: impl Read + Write, transport: Transport, text: &str) -> [Vec<u8>; 2] {
    let handshake = [&UPGRADE[..], &[KEY, VERSION]].concat();
    let fields: &[&str] = match transport.when {
        When::Frame => &handshake,
        _ => &[],
    };
    let target = format!("/{}?after=0", transport.name);
    let sent = request("GET", &target, fields, b"");
    stream.write_all(&sent).expect("the server receives it");
    let (mut received, mut buffer) = (Vec::new(), [0; 4_096]);
    while !String::from_utf8_lossy(&received).contains(text) {
        let length = stream.read(&mut buffer).expect("bytes arrive");
        assert!(length > 0, "{} ended", transport.name);
        received.extend(&buffer[..length]);
    }
    [sent, received]
}

/// The bytes in a value in base64.
fn decoded(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("base64");
    BASE64_STANDARD.decode(text).expect("base64")
}

/// A client that observes the wires.
struct Viewer(WebSocket);

impl Viewer {
    /// Connects, and returns the state of the lab.
    fn new(server: &Server) -> (Self, Value) {
        let mut viewer = Self(WebSocket::open(server, "/lab/wire"));
        let first = viewer.message();
        (viewer, first["lab"].clone())
    }

    fn message(&mut self) -> Value {
        let message: Value = serde_json::from_str(&self.0.text()).expect("JSON");
        assert!(message["sent_us"].is_u64(), "{message}");
        message
    }

    /// The next frame that is not a message.
    fn control_frame(&mut self) -> Frame {
        awaited("a control frame", || {
            let frame = self.0.frame();
            (frame.first != FIN | TEXT).then_some(frame)
        })
    }

    /// The next change of the state.
    fn lab(&mut self) -> Value {
        awaited("a change of the state", || {
            let message = self.message();
            (!message["lab"].is_null()).then(|| message["lab"].clone())
        })
    }

    /// The next passages.
    fn passages(&mut self) -> Vec<Value> {
        awaited("a passage", || self.message()["wire"].as_array().cloned())
    }

    /// The next passage with updates.
    fn next_with_updates(&mut self) -> Value {
        awaited("a passage with updates", || {
            let mut passages = self.passages().into_iter();
            passages.find(|passage| passage["updates"] != Value::Array(vec![]))
        })
    }
}

//! The audience: clients on other hosts are counted, and publish only with the presenter's
//! permission.

use std::net::{SocketAddr, TcpStream};

use serde_json::Value;
use socket2::{Domain, Socket, Type};

use super::{Viewer, ask_at, change, json, panel, quiet, state};
use crate::{
    bad_input::assert_problem,
    http::{Answer, Connection, request},
    process::{Server, until},
    transports::TRANSPORTS,
    websocket::{FIN, TEXT, WebSocket},
};

/// A connection from an address that does not count as this host.
fn phone(address: SocketAddr) -> Connection {
    phone_from([127, 0, 0, 2], address)
}

fn phone_from(own: [u8; 4], address: SocketAddr) -> Connection {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let bound = socket.bind(&SocketAddr::from((own, 0)).into());
    bound.expect("it is an address of this host");
    let connected = socket.connect(&address.into());
    connected.expect("the server accepts connections");
    Connection::over(TcpStream::from(socket))
}

fn phone_request(address: SocketAddr, method: &str, target: &str, body: &str) -> Answer {
    let mut phone = phone(address);
    phone.send(&request(method, target, &[], body.as_bytes()));
    phone.answer()
}

fn phone_socket(address: SocketAddr) -> WebSocket {
    let mut socket = WebSocket(phone(address));
    assert_eq!(socket.start_handshake("/websocket?after=0").status, 101);
    socket
}

fn phone_stream(address: SocketAddr) -> Connection {
    let mut stream = phone(address);
    stream.send(&request("GET", "/sse?after=0", &[], b""));
    assert_eq!(stream.head().status, 200);
    stream
}

/// The number of clients of each transport, in their order.
fn clients(state: &Value) -> [u64; 8] {
    TRANSPORTS.map(|one| {
        let count = &state["audience"]["clients"][one.name];
        count.as_u64().expect("a number for each")
    })
}

/// The page's port, and those of two panels, one with a proxy and one without.
fn ports(server: &Server) -> [SocketAddr; 3] {
    change(server, r#"{"transport":"sse","proxy":"buffers"}"#);
    [
        server.address,
        panel(server, "websocket"),
        panel(server, "sse"),
    ]
}

#[test]
fn only_clients_on_other_hosts_are_counted() {
    let server = quiet();
    let here = TRANSPORTS.map(|one| one.client(&server, Some(0)));
    let over_panel = TRANSPORTS.map(|one| one.client_at(panel(&server, one.name), Some(0)));
    let (mut viewer, first) = Viewer::new(&server);
    assert_eq!(clients(&first), [0; 8]);
    let stream = phone_stream(server.address);
    let another = phone_stream(server.address);
    let socket = phone_socket(panel(&server, "polling"));
    let poll = request("GET", "/polling?after=0", &[], b"");
    for own in [[127, 0, 0, 2], [127, 0, 0, 2], [127, 0, 0, 3]] {
        let mut phone = phone_from(own, server.address);
        phone.send(&poll);
        assert_eq!(phone.answer().head.status, 200);
    }
    while clients(&viewer.lab()) != [0, 2, 0, 0, 0, 0, 1, 1] {}
    drop(stream);
    // A client whose request has ended is removed after a while; one with an open response is not.
    while clients(&viewer.lab()) != [0, 0, 0, 0, 0, 0, 1, 1] {}
    drop(socket);
    while clients(&viewer.lab()) != [0, 0, 0, 0, 0, 0, 1, 0] {}
    drop(another);
    while clients(&viewer.lab()) != [0; 8] {}
    drop((here, over_panel));
}

#[test]
fn only_this_host_publishes_by_default() {
    let server = quiet();
    assert_eq!(state(&server)["audience"]["may_publish"], false);
    for address in ports(&server) {
        assert_problem(&phone_request(address, "POST", "/updates", "1"), 403);
        let mut socket = phone_socket(address);
        socket.send(FIN | TEXT, b"1");
        let (code, reason) = socket.closed();
        assert_eq!(code, 1008);
        assert!(reason.contains("may not publish"), "{reason}");
    }
    assert_eq!(server.texts(), [""; 0]);
    for (nth, address) in (1..).zip(ports(&server)) {
        let answer = ask_at(address, &request("POST", "/updates", &[], b"1"));
        assert_eq!(answer.head.status, 201, "{nth}");
        let mut socket = WebSocket::at(address, "/websocket");
        socket.send(FIN | TEXT, b"1");
        until("the update is published", || {
            server.texts().len() == 2 * nth
        });
    }
}

#[test]
fn the_audience_publishes_while_the_presenter_allows_it() {
    let server = quiet();
    let (mut viewer, _) = Viewer::new(&server);
    let new = change(&server, r#"{"audience_may_publish":true}"#);
    assert_eq!(new["audience"]["may_publish"], true);
    assert_eq!(viewer.lab(), new);
    let mut sockets = Vec::new();
    for (nth, address) in (1..).zip(ports(&server)) {
        let answer = phone_request(address, "POST", "/updates", "1");
        assert_eq!(answer.head.status, 201, "{}", answer.text());
        let mut socket = phone_socket(address);
        socket.send(FIN | TEXT, b"1");
        until("the update is published", || {
            server.texts().len() == 2 * nth
        });
        sockets.push(socket);
    }
    change(&server, r#"{"audience_may_publish":false}"#);
    assert_problem(&phone_request(server.address, "POST", "/updates", "1"), 403);
    for mut socket in sockets {
        socket.send(FIN | TEXT, b"1");
        // First the updates, then the reason for the close.
        while socket.frame().first == FIN | TEXT {}
    }
    assert_eq!(server.texts().len(), 6);
}

#[test]
fn the_audience_reads_the_permission_and_cannot_change_it() {
    let server = quiet();
    for address in ports(&server) {
        let body = r#"{"audience_may_publish":true}"#;
        assert_problem(&phone_request(address, "POST", "/lab", body), 403);
        let seen = json(&phone_request(address, "GET", "/lab", ""));
        assert_eq!(seen["presenter"], false);
        assert_eq!(seen["audience"]["may_publish"], false);
    }
}

#[test]
fn without_the_lab_all_may_publish() {
    let server = Server::quiet(&[]);
    let answer = phone_request(server.address, "POST", "/updates", "1");
    assert_eq!(answer.head.status, 201, "{}", answer.text());
}

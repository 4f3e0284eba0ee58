//! A client that does not read delays no other, holds no memory, and receives the missed notice.

use std::{
    net::TcpStream,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use socket2::{Domain, Socket, Type};

use crate::{
    client::Client,
    http::Connection,
    process::{PATIENCE, Server},
    transports::{kept_open, seq},
};

/// Large updates, so that a few fill all buffers: 9 MB in total for each client.
const UPDATES: u64 = 150;
pub const UPDATE_BYTES: usize = 60 << 10;
/// Stalled clients per transport. If their updates accumulated, the server would grow by 140 MiB.
const STALLED: usize = 4;
/// The history (16 updates in up to 5 formats, 5 MiB), a few parts for each of 20 connections, and
/// the allocator's overhead. A debug build on a busy machine uses less than half of it.
const BOUND_KIB: u64 = 64 << 10;

/// A connection with a small receive buffer.
pub fn connect_with_small_buffer(server: &Server) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(16 << 10).expect("a size");
    socket
        .connect(&server.address.into())
        .expect("the server accepts connections");
    socket.into()
}

/// Clients of all open streams that do not read.
fn stalled(server: &Server) -> impl Iterator<Item = Client> {
    kept_open().map(|transport| {
        let connection = Connection::over(connect_with_small_buffer(server));
        transport.client_over(connection, Some(0))
    })
}

/// Publishes updates one by one, each after all readers have received the previous one.
fn publish_in_step(server: &Server) {
    let data = format!("\"{}\"", "x".repeat(UPDATE_BYTES));
    let (arrived, arrivals) = mpsc::channel();
    thread::scope(|scope| {
        for transport in kept_open() {
            let arrived = arrived.clone();
            let mut client = transport.client(server, Some(0));
            scope.spawn(move || {
                (0..UPDATES).try_for_each(|_| arrived.send((transport.name, client.next())))
            });
        }
        for number in 1..=UPDATES {
            assert_eq!(server.publish(&data), number);
            for _ in kept_open() {
                let (name, text) = arrivals
                    .recv_timeout(PATIENCE)
                    .expect("all four transports receive it");
                assert_eq!(seq(&text), Some(number), "{name}");
                assert!(text.len() > UPDATE_BYTES, "{name}");
            }
        }
    });
}

#[test]
fn stalled_clients_delay_no_other_hold_no_memory_and_get_notices() {
    let server = Server::unlimited(&["--history", "16"]);
    let clients: Vec<_> = (0..STALLED).flat_map(|_| stalled(&server)).collect();
    let before_kib = server.memory_kib("VmRSS:");
    publish_in_step(&server);
    let grown_kib = server.memory_kib("VmHWM:").saturating_sub(before_kib);
    assert!(grown_kib < BOUND_KIB, "the server grew by {grown_kib} KiB");
    for mut client in clients {
        let name = client.transport.name;
        let (mut position, mut notices) = (0, 0);
        while position < UPDATES {
            let text = client.next();
            position = after(position, &text);
            notices += usize::from(missed(&text).is_some());
        }
        assert_eq!(position, UPDATES, "{name}");
        assert!(notices > 0, "{name} was not stalled");
    }
    assert_eq!(server.rejections("too_slow"), 0);
}

/// The number in a notice.
fn missed(text: &str) -> Option<u64> {
    let number = text.strip_prefix("{\"missed\":")?.strip_suffix('}')?;
    number.parse().ok()
}

/// The position after this text, which must be the next update or a notice.
pub fn after(position: u64, text: &str) -> u64 {
    match missed(text) {
        Some(missed) => position + missed,
        None => {
            assert_eq!(seq(text), Some(position + 1));
            position + 1
        }
    }
}

/// Publishes this number of updates of 60 KiB.
pub fn publish_large(server: &Server, count: u64) {
    let data = format!("\"{}\"", "x".repeat(UPDATE_BYTES));
    for _ in 0..count {
        server.publish(&data);
    }
}

#[test]
fn a_stream_ends_if_its_client_reads_nothing_for_the_write_timeout() {
    let server = Server::unlimited(&["--history", "16", "--write-timeout", "3s"]);
    let clients: Vec<_> = stalled(&server).collect();
    publish_large(&server, UPDATES);
    // It is counted at the first time-out. The client can read the end until the second.
    server.rejections_become("too_slow", clients.len() as u64);
    for mut client in clients {
        let (texts, close) = client.until_the_end();
        let position = texts.iter().fold(0, |position, text| after(position, text));
        assert!(
            position < UPDATES,
            "{} was not stalled",
            client.transport.name
        );
        if let Some(frame) = close {
            let reason = "nothing was read for too long";
            assert_eq!(frame.close_reason(), (1008, reason.to_owned()));
        }
        // It resumes at its position and receives the missed notice.
        let mut resumed = client.transport.client(&server, Some(position));
        after(position, &resumed.next());
    }
}

#[test]
fn a_client_that_reads_nothing_is_disconnected() {
    let server = Server::unlimited(&["--write-timeout", "200ms"]);
    let clients: Vec<_> = stalled(&server).collect();
    publish_large(&server, UPDATES);
    for client in &clients {
        server.clients_become(client.transport.name, 0);
    }
}

#[test]
fn a_client_that_reads_slowly_stays_connected() {
    let server = Server::unlimited(&["--history", "16", "--write-timeout", "1s"]);
    let mut clients: Vec<_> = stalled(&server).collect();
    publish_large(&server, UPDATES);
    // Each client needs a part of the time-out for one update, while the others wait. All of them
    // together read for longer than the time-out.
    let begun = Instant::now();
    let mut rounds = 0;
    while begun.elapsed() < Duration::from_secs(3) {
        for client in &mut clients {
            while client.answer().is_empty() {}
        }
        rounds += 1;
        thread::sleep(Duration::from_millis(400));
    }
    assert!(rounds >= 3, "{rounds}");
    assert_eq!(server.rejections("too_slow"), 0);
}

#[test]
fn a_stalled_client_does_not_prevent_the_server_from_stopping() {
    let mut server = Server::unlimited(&["--history", "16"]);
    let clients: Vec<_> = stalled(&server).collect();
    publish_large(&server, UPDATES);
    server.assert_stops();
    drop(clients);
}

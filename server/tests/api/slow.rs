//! A client that does not read delays no other, holds no memory, and receives the missed notice.

use std::{
    io,
    net::TcpStream,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use socket2::{Domain, Socket, Type};

use crate::{
    http::{Connection, request},
    process::{PATIENCE, Server},
    transports::{Transport, When, kept_open, seq},
    websocket::{CLOSE, FIN, TEXT, WebSocket},
};

/// Large updates, so that a few fill all buffers: 9 MB in total for each client.
const UPDATES: u64 = 150;
const UPDATE_BYTES: usize = 60 << 10;
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

/// A client that sends a request and then does not read.
fn stalled(server: &Server, transport: Transport) -> WebSocket {
    let mut client = WebSocket(Connection::over(connect_with_small_buffer(server)));
    let target = format!("/{}?after=0", transport.name);
    let status = if transport.when == When::Frame {
        client.start_handshake(&target).status
    } else {
        client.0.send(&request("GET", &target, &[], b""));
        client.0.head().status
    };
    assert!([200, 101].contains(&status), "{transport:?}: {status}");
    client
}

/// The next text of a stream, or the end of the stream; for a WebSocket with the close code and
/// reason.
fn next_text(client: &mut WebSocket, row: Transport) -> io::Result<Result<String, (u16, String)>> {
    loop {
        let part = if row.when == When::Chunk {
            match client.0.try_chunk()? {
                Some(part) => part,
                None => return Ok(Err((0, String::new()))),
            }
        } else {
            let frame = client.try_frame()?;
            if frame.first == FIN | CLOSE {
                return Ok(Err(frame.close_reason()));
            }
            assert_eq!(frame.first, FIN | TEXT);
            frame.payload
        };
        if let Some(text) = row.read(&part).into_iter().next() {
            return Ok(Ok(text));
        }
    }
}

/// Reads up to the update with this `seq`.
fn read_up_to(client: &mut WebSocket, row: Transport, last: u64) -> Vec<String> {
    let mut texts = Vec::<String>::new();
    while texts.last().and_then(|text| seq(text)) != Some(last) {
        let text = next_text(client, row).expect("the stream continues");
        texts.push(text.expect("the stream continues"));
    }
    texts
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
    let mut clients = Vec::new();
    for transport in kept_open() {
        clients.extend((0..STALLED).map(|_| (transport, stalled(&server, transport))));
    }
    let before_kib = server.memory_kib("VmRSS:");
    publish_in_step(&server);
    let grown_kib = server.memory_kib("VmHWM:").saturating_sub(before_kib);
    assert!(grown_kib < BOUND_KIB, "the server grew by {grown_kib} KiB");
    for (transport, mut client) in clients {
        let name = transport.name;
        let texts = read_up_to(&mut client, transport, UPDATES);
        let position = texts.iter().fold(0, |position, text| after(position, text));
        assert_eq!(position, UPDATES, "{name}");
        let notices = texts.iter().filter(|text| missed(text).is_some()).count();
        assert!(notices > 0, "{name} was not stalled");
    }
    server.metric_becomes("feed_rejections_total{reason=\"too_slow\"}", 0);
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

/// Fills all buffers between the server and a client that does not read.
fn publish_all(server: &Server) {
    let data = format!("\"{}\"", "x".repeat(UPDATE_BYTES));
    for _ in 0..UPDATES {
        server.publish(&data);
    }
}

#[test]
fn a_stream_ends_if_its_client_reads_nothing_for_the_write_timeout() {
    let server = Server::unlimited(&["--history", "16", "--write-timeout", "3s"]);
    let mut clients: Vec<_> = kept_open()
        .map(|row| (row, stalled(&server, row)))
        .collect();
    publish_all(&server);
    // It is counted at the first time-out. The client can read the end until the second.
    server.metric_becomes(
        "feed_rejections_total{reason=\"too_slow\"}",
        clients.len() as u64,
    );
    for (row, client) in &mut clients {
        let name = row.name;
        let mut position = 0;
        let end = loop {
            match next_text(client, *row).expect(name) {
                Ok(text) => position = after(position, &text),
                Err(end) => break end,
            }
        };
        assert!(position < UPDATES, "{name} was not stalled");
        if row.when == When::Frame {
            assert_eq!(end, (1008, "nothing was read for too long".to_owned()));
        }
        // It resumes at its position and receives the missed notice.
        let mut resumed = row.client(&server, Some(position));
        after(position, &resumed.next());
    }
}

#[test]
fn a_client_that_reads_nothing_is_disconnected() {
    let server = Server::unlimited(&["--write-timeout", "200ms"]);
    let clients: Vec<_> = kept_open()
        .map(|row| (row, stalled(&server, row)))
        .collect();
    publish_all(&server);
    for (row, _) in &clients {
        server.metric_becomes(&format!("feed_clients{{transport=\"{}\"}}", row.name), 0);
    }
}

#[test]
fn a_client_that_reads_slowly_stays_connected() {
    let server = Server::unlimited(&["--history", "16", "--write-timeout", "1s"]);
    let mut clients: Vec<_> = kept_open()
        .map(|row| (row, stalled(&server, row)))
        .collect();
    publish_all(&server);
    // Each client needs a part of the time-out for one update, while the others wait. All of them
    // together read for longer than the time-out.
    let begun = Instant::now();
    let mut texts = 0;
    while begun.elapsed() < Duration::from_secs(3) {
        for (row, client) in &mut clients {
            next_text(client, *row).expect(row.name).expect(row.name);
            texts += 1;
        }
        thread::sleep(Duration::from_millis(400));
    }
    assert!(texts >= clients.len() * 3, "{texts}");
    server.metric_becomes("feed_rejections_total{reason=\"too_slow\"}", 0);
}

#[test]
fn a_stalled_client_does_not_prevent_the_server_from_stopping() {
    let mut server = Server::unlimited(&["--history", "16"]);
    let clients: Vec<_> = kept_open().map(|row| stalled(&server, row)).collect();
    let data = format!("\"{}\"", "x".repeat(UPDATE_BYTES));
    for _ in 0..UPDATES {
        server.publish(&data);
    }
    server.signal("TERM");
    // The server waits 1 s for connections to finish; 5 s allows for a busy machine.
    let status = server.ends_within(Duration::from_secs(5));
    assert!(status.success(), "{status}");
    drop(clients);
}

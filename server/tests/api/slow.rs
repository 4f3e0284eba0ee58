//! One client that does not read delays nobody, holds no memory, and is told what it missed.

use std::{io, net::TcpStream, sync::mpsc, thread, time::Duration};

use socket2::{Domain, Socket, Type};

use crate::{
    eight::{Transport, When, kept_open, seq},
    http::{Connection, request},
    process::{PATIENCE, Server},
    websocket::{CLOSE, FIN, TEXT, WebSocket},
};

/// Large updates, so that a few fill every buffer on the way: 9 MB in all for each client.
const UPDATES: u64 = 150;
const UPDATE_BYTES: usize = 60 << 10;
/// Stalled clients of each transport. If their updates piled up, the server would grow by 140 MiB.
const STALLED: usize = 4;
/// The history (16 updates in up to 5 forms, 5 MiB), a few parts for each of 20 connections, and
/// what the allocator keeps; a debug build on a busy machine stays below half of it.
const BOUND_KIB: u64 = 64 << 10;

/// A client that asks and then does not read. Its own buffer is small.
fn stalled(server: &Server, transport: Transport) -> WebSocket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(16 << 10).expect("a size");
    socket.connect(&server.address.into()).expect("it accepts");
    let mut client = WebSocket(Connection::over(TcpStream::from(socket)));
    let target = format!("/{}?after=0", transport.name);
    let status = if transport.when == When::Frame {
        client.shake_hands(&target).status
    } else {
        client.0.send(&request("GET", &target, &[], b""));
        client.0.head().status
    };
    assert!([200, 101].contains(&status), "{transport:?}: {status}");
    client
}

/// How the server parted from a stalled client.
#[derive(Debug)]
enum Parting {
    Ended,
    Cut,
    Closed(u16, String),
}

/// Reads all that is left: the texts, and how they ended.
fn read_on(client: &mut WebSocket, transport: Transport) -> (Vec<String>, Parting) {
    let mut texts = Vec::new();
    loop {
        let part = match next_part(client, transport) {
            Ok(Ok(part)) => part,
            Ok(Err(parting)) => return (texts, parting),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                panic!("{transport:?}: neither updates nor an end")
            }
            Err(_) => return (texts, Parting::Cut),
        };
        texts.extend(transport.read(&part));
    }
}

fn next_part(client: &mut WebSocket, row: Transport) -> io::Result<Result<Vec<u8>, Parting>> {
    if row.when == When::Chunk {
        return Ok(client.0.try_chunk()?.ok_or(Parting::Ended));
    }
    let frame = client.try_frame()?;
    if frame.first == FIN | CLOSE {
        let (code, reason) = frame.close_reason();
        return Ok(Err(Parting::Closed(code, reason)));
    }
    assert_eq!(frame.first, FIN | TEXT);
    Ok(Ok(frame.payload))
}

/// Publishes one after the other, each only when every reader has the one before.
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
                let (name, text) = arrivals.recv_timeout(PATIENCE).expect("all four get it");
                assert_eq!(seq(&text), Some(number), "{name}");
                assert!(text.len() > UPDATE_BYTES, "{name}");
            }
        }
    });
}

/// What the stalled one got has no gap, and what it did not get it is told when it comes back.
fn assert_told(server: &Server, transport: Transport, texts: &[String], parting: &Parting) {
    let name = transport.name;
    let seqs: Vec<_> = texts
        .iter()
        .map(|text| seq(text).expect("no notice"))
        .collect();
    let last = seqs.len() as u64;
    assert_eq!(seqs, (1..=last).collect::<Vec<_>>(), "{name}");
    assert!(last < UPDATES - 16, "{name} was not stalled: it got {last}");
    let missed = UPDATES - 16 - last;
    if let Parting::Closed(code, reason) = parting {
        assert_eq!(*code, 1008, "{reason}");
        assert!(reason.contains(&missed.to_string()), "{missed}: {reason}");
    }
    let mut resumed = transport.client(server, Some(last));
    assert_eq!(resumed.next(), format!("{{\"missed\":{missed}}}"), "{name}");
    assert_eq!(seq(&resumed.next()), Some(last + missed + 1), "{name}");
}

#[test]
fn clients_that_do_not_read_delay_nobody_hold_no_memory_and_are_told_what_they_missed() {
    let server = Server::quiet(&["--history", "16"]);
    let mut clients = Vec::new();
    for transport in kept_open() {
        clients.extend((0..STALLED).map(|_| (transport, stalled(&server, transport))));
    }
    let before_kib = server.memory_kib("VmRSS:");
    publish_in_step(&server);
    let grown_kib = server.memory_kib("VmHWM:").saturating_sub(before_kib);
    assert!(grown_kib < BOUND_KIB, "the server grew by {grown_kib} KiB");
    for (transport, mut client) in clients {
        let (texts, parting) = read_on(&mut client, transport);
        assert_told(&server, transport, &texts, &parting);
    }
}

#[test]
fn a_websocket_that_was_too_slow_is_closed_with_1008() {
    let server = Server::quiet(&["--history", "1"]);
    let transport = kept_open().last().expect("four");
    let mut client = stalled(&server, transport);
    let data = format!("\"{}\"", "x".repeat(UPDATE_BYTES));
    // The kernel cuts a client that stalls for 10 s; this many take well under a second.
    for _ in 0..UPDATES {
        server.publish(&data);
    }
    let (texts, parting) = read_on(&mut client, transport);
    let last = texts
        .last()
        .and_then(|text| seq(text))
        .expect("at least one");
    let Parting::Closed(1008, reason) = parting else {
        panic!("{parting:?} after {last}");
    };
    let missed = UPDATES - 1 - last;
    assert_eq!(
        reason,
        format!("too slow: {missed} updates left the history unread")
    );
    assert_eq!(client.0.rest(), b"");
    server.metric_becomes("feed_rejections_total{reason=\"too_slow\"}", 1);
}

#[test]
fn a_stalled_client_does_not_keep_the_server_from_stopping() {
    let mut server = Server::quiet(&["--history", "16"]);
    let clients: Vec<_> = kept_open().map(|row| stalled(&server, row)).collect();
    let data = format!("\"{}\"", "x".repeat(UPDATE_BYTES));
    for _ in 0..UPDATES {
        server.publish(&data);
    }
    server.signal("TERM");
    // It waits 1 s for connections to finish; 5 s leaves room for a busy machine.
    let status = server.ends_within(Duration::from_secs(5));
    assert!(status.success(), "{status}");
    drop(clients);
}

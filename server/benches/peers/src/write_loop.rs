//! The minimum work of a server: the response or the handshake, then one `write` per update and
//! client, in one thread, of bytes that all clients share.

use std::{
    io::{ErrorKind, Read, Write},
    thread,
    time::Duration,
};

use anyhow::Context;
use mio::{
    Events, Interest, Poll, Token,
    net::{TcpListener, TcpStream},
};

use crate::feed::Feed;

/// The response to the nonce of RFC 6455, section 1.3, which the load generator sends.
const HANDSHAKE: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\
    connection: upgrade\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
    cache-control: no-store\r\ntransfer-encoding: chunked\r\n\r\n";
const LISTENER: Token = Token(usize::MAX);

struct Client {
    stream: TcpStream,
    state: State,
}

enum State {
    /// The received part of its request.
    Asks(Vec<u8>),
    WebSocket,
    Sse,
}

pub fn serve(feed: Feed) -> anyhow::Result<()> {
    let mut listener = TcpListener::bind("127.0.0.1:0".parse()?)?;
    println!("http://{}", listener.local_addr()?);
    let mut poll = Poll::new()?;
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    let mut clients: Vec<Option<Client>> = Vec::new();
    let mut updates = feed.updates();
    loop {
        wait(&mut poll, &mut events, updates.until_next())?;
        for event in &events {
            match event.token() {
                LISTENER => accept(&listener, &poll, &mut clients)?,
                Token(nth) => read(&mut clients[nth]),
            }
        }
        if updates.until_next().is_zero() {
            let seq = updates.seq;
            let text = updates.next();
            let (frame, chunk) = (frame(&text), chunk(seq, &text));
            for client in &mut clients {
                send(client, &frame, &chunk);
            }
        }
    }
}

/// Waits for events of clients, at most for `longest`. The poll alone wakes up to 1 ms late.
fn wait(poll: &mut Poll, events: &mut Events, longest: Duration) -> anyhow::Result<()> {
    const COARSE: Duration = Duration::from_millis(1);
    let rest = longest.checked_sub(COARSE);
    if rest.is_none() {
        thread::sleep(longest);
    }
    match poll.poll(events, Some(rest.unwrap_or_default())) {
        Err(error) if error.kind() != ErrorKind::Interrupted => Err(error.into()),
        _ => Ok(()),
    }
}

fn accept(
    listener: &TcpListener,
    poll: &Poll,
    clients: &mut Vec<Option<Client>>,
) -> anyhow::Result<()> {
    loop {
        let mut stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error).context("can't accept another client"),
        };
        stream.set_nodelay(true)?;
        let token = Token(clients.len());
        poll.registry()
            .register(&mut stream, token, Interest::READABLE)?;
        let state = State::Asks(Vec::new());
        clients.push(Some(Client { stream, state }));
    }
}

/// Reads from a client: its request, which is answered, or its end.
fn read(slot: &mut Option<Client>) {
    let Some(client) = slot else { return };
    let mut bytes = [0; 1024];
    loop {
        match client.stream.read(&mut bytes) {
            Ok(length @ 1..) => {
                if let State::Asks(request) = &mut client.state {
                    request.extend_from_slice(&bytes[..length]);
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Ok(0) | Err(_) => {
                *slot = None;
                return;
            }
        }
    }
    let State::Asks(request) = &client.state else {
        return;
    };
    if request.ends_with(b"\r\n\r\n") {
        let (answer, state) = match request.starts_with(b"GET /websocket") {
            true => (HANDSHAKE, State::WebSocket),
            false => (ANSWER, State::Sse),
        };
        client.state = state;
        if client.stream.write(answer).is_err() {
            *slot = None;
        }
    }
}

/// Sends an update to a client; one whose buffer is full is disconnected.
fn send(slot: &mut Option<Client>, frame: &[u8], chunk: &[u8]) {
    let Some(client) = slot else { return };
    let bytes = match client.state {
        State::Asks(_) => return,
        State::WebSocket => frame,
        State::Sse => chunk,
    };
    if !matches!(client.stream.write(bytes), Ok(length) if length == bytes.len()) {
        *slot = None;
    }
}

/// A text frame (RFC 6455, section 5.2).
fn frame(text: &str) -> Vec<u8> {
    let header = match text.len() {
        short @ ..126 => vec![0x81, short as u8],
        length => [&[0x81, 126], &(length as u16).to_be_bytes()[..]].concat(),
    };
    [&header, text.as_bytes()].concat()
}

/// An event in one chunk, in the same form as our server's.
fn chunk(seq: u64, text: &str) -> Vec<u8> {
    let event = format!("id: {seq}\ndata: {text}\n\n");
    format!("{:X}\r\n{event}\r\n", event.len()).into_bytes()
}

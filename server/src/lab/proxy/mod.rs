//! A small proxy with a behaviour that interferes with live updates.

#[cfg(test)]
mod tests;

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    task::{JoinHandle, JoinSet},
};

use super::{
    message::{MessageSpan, Messages, Part},
    peer::Relays,
};
use crate::base::Direction;

const READ_BYTES: usize = 16 << 10;

/// The number of bytes of a response that are buffered before they are forwarded.
const BUFFER_BYTES: usize = 16 << 10;

/// A behaviour that interferes with live updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Habit {
    /// Forwards a response when it is complete, or in parts of about 16 KiB.
    Buffers,
    /// Supports no other protocol than HTTP, and therefore removes `Upgrade` and `Connection` from
    /// requests, as required (RFC 9110, section 7.6.1). A WebSocket handshake becomes an ordinary
    /// request.
    StripsUpgrade,
}

/// A proxy in front of a server. It stops, with its connections, when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    relay: JoinHandle<()>,
}

impl Proxy {
    /// Starts one of the `relays` on a free port of the server's address.
    pub async fn start(relays: &Relays, habit: Habit) -> io::Result<Self> {
        let relays = relays.clone();
        let listener = TcpListener::bind((relays.target().ip(), 0)).await?;
        let address = listener.local_addr()?;
        let relay = tokio::spawn(async move {
            let mut open = JoinSet::new();
            loop {
                match listener.accept().await {
                    Ok((client, _)) => {
                        while open.try_join_next().is_some() {}
                        if open.len() < relays.most_connections {
                            open.spawn(relay(client, relays.clone(), habit));
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the proxy can't accept a connection");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                }
            }
        });
        Ok(Self { address, relay })
    }

    /// The address to which clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.relay.abort();
    }
}

async fn relay(mut client: TcpStream, relays: Relays, habit: Habit) {
    // If the server does not accept, the client's connection ends.
    let Ok(mut server) = TcpStream::connect(relays.target()).await else {
        return;
    };
    let _note = relays.note_behind(&server, &client);
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    let asks_head = Arc::new(AtomicBool::new(false));
    let way = |direction| ProxiedWay::new(habit, direction, Arc::clone(&asks_head));
    tokio::join!(
        pass(from_client, to_server, way(Direction::Up)),
        pass(from_server, to_client, way(Direction::Down)),
    );
}

async fn pass(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, mut way: ProxiedWay) {
    let mut buffer = vec![0; READ_BYTES];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if to.write_all(&way.take(&buffer[..length])).await.is_err() {
            return;
        }
    }
    let _ = to.write_all(&way.held).await;
    let _ = to.shutdown().await;
}

/// The proxy's effect on the bytes of one direction.
struct ProxiedWay {
    habit: Habit,
    direction: Direction,
    messages: Messages,
    /// Received bytes that are not forwarded yet.
    held: Vec<u8>,
    /// Whether the last request was HEAD.
    asks_head: Arc<AtomicBool>,
}

impl ProxiedWay {
    fn new(habit: Habit, direction: Direction, asks_head: Arc<AtomicBool>) -> Self {
        Self {
            habit,
            direction,
            messages: Messages::default(),
            held: Vec::new(),
            asks_head,
        }
    }

    /// Takes received bytes and returns the bytes to forward now.
    fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut now = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.direction == Direction::Down {
                self.messages.bodiless = self.asks_head.load(Ordering::Relaxed);
            }
            let piece = self.messages.next(rest);
            // Bytes that are not HTTP are forwarded unchanged.
            let length = piece.map_or(rest.len(), |piece| piece.length);
            self.held.extend_from_slice(&rest[..length]);
            rest = &rest[length..];
            match piece {
                Some(piece) if self.holds(piece) => {}
                Some(piece) if piece.part == Part::Head && self.strips() => {
                    now.extend(stripped(&std::mem::take(&mut self.held)));
                }
                _ => now.append(&mut self.held),
            }
        }
        now
    }

    /// Whether the held bytes, which end with this span, have to wait for more.
    fn holds(&self, piece: MessageSpan) -> bool {
        if self.direction == Direction::Up {
            let asks_head = self.messages.head().starts_with(b"HEAD ");
            self.asks_head.store(asks_head, Ordering::Relaxed);
            return self.strips() && self.messages.is_in_head();
        }
        self.habit == Habit::Buffers
            && !piece.ends
            && !self.messages.is_upgraded()
            && self.held.len() < BUFFER_BYTES
    }

    fn strips(&self) -> bool {
        self.habit == Habit::StripsUpgrade && self.direction == Direction::Up
    }
}

/// A request header without its hop-by-hop fields.
fn stripped(head: &[u8]) -> Vec<u8> {
    let is = |line: &[u8], name: &str| {
        let field = line.get(..name.len()).unwrap_or_default();
        field.eq_ignore_ascii_case(name.as_bytes())
    };
    head.split_inclusive(|&byte| byte == b'\n')
        .filter(|line| !is(line, "upgrade:") && !is(line, "connection:"))
        .flatten()
        .copied()
        .collect()
}

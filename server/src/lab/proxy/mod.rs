//! What do intermediaries do to live updates? A small proxy with one bad habit.

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

/// So many bytes of an answer are gathered before they go on.
const BUFFER_BYTES: usize = 16 << 10;

/// What a proxy does that is bad for live updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Habit {
    /// Hands on an answer when it is complete, or in parts of about 16 KiB.
    Buffers,
    /// Knows no other protocol than HTTP, and so takes `Upgrade` and `Connection` out of requests,
    /// as it must (RFC 9110, section 7.6.1): a WebSocket's handshake becomes an ordinary request.
    StripsUpgrade,
}

/// A proxy before a server. It ends, with its connections, when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    relay: JoinHandle<()>,
}

impl Proxy {
    /// Becomes one of the `relays`, on any free port of the server's own address.
    pub async fn start(relays: &Relays, habit: Habit) -> io::Result<Self> {
        let relays = relays.clone();
        let listener = TcpListener::bind((relays.server().ip(), 0)).await?;
        let address = listener.local_addr()?;
        let relay = tokio::spawn(async move {
            let mut open = JoinSet::new();
            loop {
                match listener.accept().await {
                    Ok((client, _)) => {
                        open.spawn(relay(client, relays.clone(), habit));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the proxy can't accept a connection");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                }
                while open.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, relay })
    }

    /// Where clients connect to.
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
    // Where the server does not accept, the client's connection ends.
    let Ok(mut server) = TcpStream::connect(relays.server()).await else {
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

/// What the proxy does to the bytes of one direction.
struct ProxiedWay {
    habit: Habit,
    direction: Direction,
    messages: Messages,
    /// What has come and does not go on yet.
    held: Vec<u8>,
    /// Whether the newest request wants a head and nothing after it.
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

    /// Takes what has come, and gives what goes on now.
    fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut now = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.direction == Direction::Down {
                self.messages.bodiless = self.asks_head.load(Ordering::Relaxed);
            }
            let piece = self.messages.next(rest);
            // What is no HTTP is let through as it is.
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

    /// Whether what is held, of which this is the last, has to wait for more.
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

/// A request head without the fields that are only for the next to hear it.
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

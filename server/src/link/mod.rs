//! What does distance do to a connection? A relay that lets bytes through only after their time
//! on the way, in each direction.
//!
//! It models distance: a [`Way`] in each direction of each connection, the connect included.
//! Bytes leave one after the other as the bandwidth lets them, are on their way for the delay and
//! some jitter, and arrive in their order. At most 1 MiB is on the way, as with a window of TCP:
//! no more than that passes in one delay, and a slow reader stays one.
//!
//! It does not model loss, slow start and congestion, or connections that share a wire. Headers
//! of packets occupy no bandwidth.

mod bandwidth;
#[cfg(test)]
mod tests;
mod wire;

pub use self::{
    bandwidth::{BadBandwidth, Bandwidth},
    wire::Way,
};

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::web::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task::JoinHandle,
};

use self::wire::Wire;
use crate::{clock, timer};

/// The most bytes that are on the way in one direction of one connection.
const ON_THE_WAY_BYTES: usize = 1 << 20;
const READ_BYTES: usize = 16 << 10;

/// A relay in front of a server. It ends, with its connections, when it is dropped.
#[derive(Debug)]
pub struct Link {
    address: SocketAddr,
    relay: JoinHandle<()>,
}

/// Bytes that were sent together and went over the link, with their instants at both of its ends:
/// when their first bit left one, and when their last bit reached the other.
#[derive(Clone, Debug)]
pub struct Passage {
    /// Counts the connections of the link from 0.
    pub connection: u64,
    /// Which way.
    pub direction: Direction,
    /// When they left or reached the client, in microseconds since the Unix epoch.
    pub client_us: u64,
    /// When they left or reached the server, in microseconds since the Unix epoch.
    pub server_us: u64,
    /// The bytes themselves.
    pub bytes: Bytes,
}

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    Down,
}

impl Link {
    /// Puts `way` before `server`, in each direction. What passes is told to `tap`.
    pub async fn start(
        server: SocketAddr,
        way: Way,
        tap: Option<mpsc::UnboundedSender<Passage>>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((server.ip(), 0)).await?;
        let address = listener.local_addr()?;
        let relay = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            let mut connection = 0;
            loop {
                match listener.accept().await {
                    Ok((client, _)) => {
                        connections.spawn(relay(client, server, way, connection, tap.clone()));
                        connection += 1;
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the link can't accept a connection");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                }
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, relay })
    }

    /// Where clients connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.relay.abort();
    }
}

async fn relay(
    client: TcpStream,
    server: SocketAddr,
    way: Way,
    connection: u64,
    tap: Option<mpsc::UnboundedSender<Passage>>,
) {
    let accepted = Instant::now();
    let _ = client.set_nodelay(true);
    let wire = || Wire::new(way, fastrand::Rng::new(), accepted);
    let (mut up, mut down) = (wire(), wire());
    // The SYN needs one way, its answer another; only then the client's first bytes leave. What
    // their 40 to 60 bytes would take of the bandwidth is neglected.
    let asked = up.send(accepted, 0);
    timer::sleep_until(asked).await;
    let connected = TcpStream::connect(server).await;
    let answered = down.send(asked, 0);
    let Ok(server) = connected else {
        timer::sleep_until(answered).await;
        return;
    };
    up.busy_until(answered);
    let _ = server.set_nodelay(true);
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let tap = |direction| Tap {
        connection,
        direction,
        listener: tap.clone(),
    };
    tokio::join!(
        carry(from_client, to_server, up, tap(Direction::Up)),
        carry(from_server, to_client, down, tap(Direction::Down)),
    );
}

/// Bytes that were sent together; none: the end of a direction.
struct OnTheWay {
    ready: Instant,
    ready_us: u64,
    bytes: Bytes,
    _room: OwnedSemaphorePermit,
}

/// Carries one direction until its end, which takes its time on the way too.
async fn carry(mut from: OwnedReadHalf, to: OwnedWriteHalf, wire: Wire, tap: Tap) {
    let (sender, on_the_way) = mpsc::unbounded_channel();
    tokio::join!(depart(&mut from, sender), arrive(on_the_way, to, wire, tap));
}

/// Reads what is sent while there is room for it on the way.
async fn depart(from: &mut OwnedReadHalf, sender: mpsc::UnboundedSender<OnTheWay>) {
    let room = Arc::new(Semaphore::new(ON_THE_WAY_BYTES));
    let mut buffer = vec![0; READ_BYTES];
    loop {
        // A connection that was reset ends like one that was closed.
        let length = from.read(&mut buffer).await.unwrap_or(0);
        let permits = Arc::clone(&room).acquire_many_owned(length as u32).await;
        let part = OnTheWay {
            // In this order: a pause between the two makes the passage no shorter than it was.
            ready_us: clock::now_us(),
            ready: Instant::now(),
            // Copied, or each small part would keep the whole buffer.
            bytes: Bytes::copy_from_slice(&buffer[..length]),
            _room: permits.expect("the semaphore is never closed"),
        };
        if sender.send(part).is_err() || length == 0 {
            return;
        }
    }
}

/// Hands over each piece when its last bit is there.
async fn arrive(
    mut on_the_way: mpsc::UnboundedReceiver<OnTheWay>,
    mut to: OwnedWriteHalf,
    mut wire: Wire,
    tap: Tap,
) {
    while let Some(part) = on_the_way.recv().await {
        if part.bytes.is_empty() {
            timer::sleep_until(wire.send(part.ready, 0)).await;
            let _ = to.shutdown().await;
            return;
        }
        let waits = wire.leaves(part.ready) - part.ready;
        let left_us = part.ready_us + waits.as_micros() as u64;
        let mut arrived_us = left_us;
        for piece in part.bytes.chunks(wire.piece_bytes()) {
            timer::sleep_until(wire.send(part.ready, piece.len())).await;
            arrived_us = clock::now_us();
            if to.write_all(piece).await.is_err() {
                return;
            }
        }
        tap.tell(left_us, arrived_us, part.bytes);
    }
}

/// Where one direction of one connection is told.
struct Tap {
    connection: u64,
    direction: Direction,
    listener: Option<mpsc::UnboundedSender<Passage>>,
}

impl Tap {
    fn tell(&self, left_us: u64, arrived_us: u64, bytes: Bytes) {
        let Some(listener) = &self.listener else {
            return;
        };
        let (client_us, server_us) = match self.direction {
            Direction::Up => (left_us, arrived_us),
            Direction::Down => (arrived_us, left_us),
        };
        // Whoever listened may have heard enough.
        let _ = listener.send(Passage {
            connection: self.connection,
            direction: self.direction,
            client_us,
            server_us,
            bytes,
        });
    }
}

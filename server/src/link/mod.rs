//! What does distance do to a connection? A relay that lets bytes through only after their time
//! on the way, in each direction.
//!
//! It models distance: a constant delay each way, the connect included. It does not model slow
//! start or loss. Its queues are bounded, so that a slow reader stays one.

mod bandwidth;

pub use self::bandwidth::{BadBandwidth, Bandwidth};

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::web::{Bytes, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task::JoinHandle,
};

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

/// Bytes that went over the link, with their instants at both of its ends.
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
    /// Puts `delay` each way before `server`. What passes is told to `tap`.
    pub async fn start(
        server: SocketAddr,
        delay: Duration,
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
                        let end = End {
                            connection,
                            delay,
                            tap: tap.clone(),
                        };
                        connections.spawn(relay(client, server, end));
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

#[derive(Clone)]
struct End {
    connection: u64,
    delay: Duration,
    tap: Option<mpsc::UnboundedSender<Passage>>,
}

async fn relay(client: TcpStream, server: SocketAddr, end: End) {
    let accepted = Instant::now();
    let _ = client.set_nodelay(true);
    // The SYN needs one way; its answer another; only then the client's first bytes leave.
    timer::sleep_until(accepted + end.delay).await;
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let _ = server.set_nodelay(true);
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::join!(
        carry(
            from_client,
            to_server,
            Direction::Up,
            accepted + 2 * end.delay,
            end.clone()
        ),
        carry(from_server, to_client, Direction::Down, accepted, end),
    );
}

struct OnTheWay {
    left: Instant,
    left_us: u64,
    bytes: Bytes,
    _room: OwnedSemaphorePermit,
}

/// Carries one direction until its end, which takes its time on the way too.
async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    direction: Direction,
    not_before: Instant,
    end: End,
) {
    let (sender, mut on_the_way) = mpsc::unbounded_channel::<OnTheWay>();
    let room = Arc::new(Semaphore::new(ON_THE_WAY_BYTES));
    let depart = async move {
        let mut buffer = BytesMut::new();
        loop {
            buffer.reserve(READ_BYTES);
            let Ok(length @ 1..) = from.read_buf(&mut buffer).await else {
                return from;
            };
            timer::sleep_until(not_before).await;
            let (left, left_us) = (Instant::now(), clock::now_us());
            let permits = Arc::clone(&room).acquire_many_owned(length as u32).await;
            let _room = permits.expect("the semaphore is never closed");
            let bytes = buffer.split().freeze();
            if sender
                .send(OnTheWay {
                    left,
                    left_us,
                    bytes,
                    _room,
                })
                .is_err()
            {
                return from;
            }
        }
    };
    let delay = end.delay;
    let arrive = async move {
        while let Some(part) = on_the_way.recv().await {
            timer::sleep_until(part.left + delay).await;
            let arrived_us = clock::now_us();
            if to.write_all(&part.bytes).await.is_err() {
                return;
            }
            let Some(tap) = &end.tap else { continue };
            let (client_us, server_us) = match direction {
                Direction::Up => (part.left_us, arrived_us),
                Direction::Down => (arrived_us, part.left_us),
            };
            // Whoever listened may have heard enough.
            let _ = tap.send(Passage {
                connection: end.connection,
                direction,
                client_us,
                server_us,
                bytes: part.bytes,
            });
        }
        timer::sleep_until(Instant::now() + delay).await;
        let _ = to.shutdown().await;
    };
    tokio::join!(depart, arrive);
}

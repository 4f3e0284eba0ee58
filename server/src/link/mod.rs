//! Adds distance to connections: a relay that delays the bytes of each direction.
//!
//! It models distance: a [`Way`] in each direction of each connection, including the connect. Bytes
//! leave in order as the bandwidth permits, are delayed by the delay and the jitter, and arrive in
//! order. At most 1 MiB is in flight, like a TCP window: no more than that passes in one delay, and
//! a slow reader slows down the writer.
//!
//! The conditions can change while the link is in use. A new way applies to bytes that are sent
//! from then on. Unplugging the link resets the open connections.
//!
//! With TLS, the link terminates it for the server, and the bytes in flight are encrypted.
//!
//! Its own work adds to the delay. On two idle cores, by the p50 of `loadgen run --transport websocket
//! --clients N --rate 10 --duration 2s --rtt 50ms` minus 25 ms and minus the p50 with `--rtt 0ms`:
//!
//! | clients | 1 | 20 | 50 | 200 |
//! |---|--:|--:|--:|--:|
//! | added delay, ms, up to | 0.1 | 0.3 | 0.5 | 1.2 |
//!
//! It does not model loss, slow start, congestion, or connections that share a wire. Packet headers
//! use no bandwidth.

mod connection;
mod delay_line;
mod headers;
#[cfg(test)]
mod tests;
mod tls;

pub use self::{headers::ClientHeaders, tls::TlsRecord};
pub use crate::base::{Bandwidth, Way};

use std::{
    any::Any,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::web::Bytes;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::rustls::ServerConfig;

use self::connection::{RelayedStream, relay};
use crate::base::{Direction, socket};

/// A client that has vanished is disconnected after this time.
const USER_TIMEOUT: Duration = Duration::from_secs(90);

/// A relay in front of a server. It ends, with its connections, when it is dropped.
#[derive(Debug)]
pub struct Link {
    address: SocketAddr,
    terms: watch::Sender<Terms>,
    relay: JoinHandle<()>,
}

/// The conditions in force.
#[derive(Clone, Copy, Debug)]
struct Terms {
    way: Way,
    server: SocketAddr,
    plugged_in: bool,
    /// How many times the open connections were reset.
    breaks: u64,
}

/// Called for each connection that a link opens to its server, with that connection and the
/// client's. The returned value is dropped just before the connection to the server is closed.
pub type OnConnect = Arc<dyn Fn(&TcpStream, &TcpStream) -> Box<dyn Any + Send> + Send + Sync>;

/// Bytes that were sent together and passed the link. Its instants are those at which their first
/// bit left one end and their last bit reached the other.
#[derive(Clone, Debug)]
pub struct Passage {
    /// The number of the connection on this link, from 0.
    pub connection: u64,
    /// Their direction.
    pub direction: Direction,
    /// When they left or reached the client, in microseconds since the Unix epoch.
    pub client_us: u64,
    /// When they left or reached the server, in microseconds since the Unix epoch.
    pub server_us: u64,
    /// The bytes. Empty at the end of this direction, orderly or not.
    pub bytes: Bytes,
    /// With TLS: the records that end in these bytes.
    pub records: Option<Vec<TlsRecord>>,
}

/// The options of a link.
#[derive(Clone, Default)]
pub struct LinkOptions {
    /// Receives the bytes that pass.
    pub tap: Option<mpsc::UnboundedSender<Passage>>,
    /// Called for each connection.
    pub on_connect: Option<OnConnect>,
    /// The configuration of TLS, which the link terminates for the server. Without it, bytes are
    /// relayed unchanged.
    pub tls: Option<Arc<ServerConfig>>,
    /// Counts the TCP/IP headers between the link and its clients.
    pub client_headers: Option<ClientHeaders>,
    /// The maximum number of connections, if there is one. Connections beyond it are reset.
    pub most_connections: Option<usize>,
}

impl Link {
    /// Starts a link in front of `server`, with `way` in each direction. It reports the bytes that
    /// pass to `tap`.
    pub async fn start(
        server: SocketAddr,
        way: Way,
        tap: Option<mpsc::UnboundedSender<Passage>>,
    ) -> io::Result<Self> {
        let options = LinkOptions {
            tap,
            ..LinkOptions::default()
        };
        Self::between(server.ip(), server, way, options).await
    }

    /// Like [`Self::start`], for clients that connect to another address of this machine than the
    /// server's.
    pub async fn between(
        listen: IpAddr,
        server: SocketAddr,
        way: Way,
        options: LinkOptions,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((listen, 0)).await?;
        let address = listener.local_addr()?;
        let (terms, of_relay) = watch::channel(Terms {
            way,
            server,
            plugged_in: true,
            breaks: 0,
        });
        Ok(Self {
            address,
            terms,
            relay: tokio::spawn(accept(listener, of_relay, options)),
        })
    }

    /// The address to which clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes the way of bytes that are sent from now on, on open connections too. They do not
    /// overtake earlier bytes. Bytes that have not left yet use the new bandwidth.
    pub fn set_way(&self, way: Way) {
        self.terms.send_modify(|terms| terms.way = way);
    }

    /// Redirects to another server. Open connections are reset; new ones go to that server.
    pub fn lead_to(&self, server: SocketAddr) {
        self.terms.send_modify(|terms| {
            terms.server = server;
            terms.breaks += 1;
        });
    }

    /// Unplugs the link. Open connections are reset on both sides, including the bytes in flight,
    /// and new ones are refused until [`Self::plug_in`].
    pub fn unplug(&self) {
        self.terms.send_modify(|terms| {
            terms.plugged_in = false;
            terms.breaks += 1;
        });
    }

    /// Accepts connections again.
    pub fn plug_in(&self) {
        self.terms.send_modify(|terms| terms.plugged_in = true);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.relay.abort();
    }
}

/// Relays every connection until the link is dropped.
async fn accept(listener: TcpListener, mut terms: watch::Receiver<Terms>, options: LinkOptions) {
    let most = options.most_connections.unwrap_or(usize::MAX);
    let mut warned = None;
    let mut open = JoinSet::new();
    let mut connection = 0;
    let mut breaks = 0;
    loop {
        let accepted = tokio::select! {
            // First; otherwise a client that connects after a reset could be reset too.
            biased;
            changed = terms.changed() => match changed {
                Ok(()) => None,
                Err(_) => return,
            },
            accepted = listener.accept() => Some(accepted),
        };
        let now = *terms.borrow_and_update();
        if now.breaks != breaks {
            breaks = now.breaks;
            open.shutdown().await;
        }
        match accepted {
            None => {}
            Some(Ok((client, _))) => {
                socket::set_user_timeout(&client, USER_TIMEOUT);
                let client = RelayedStream::new(client, options.client_headers.clone());
                while open.try_join_next().is_some() {}
                if open.len() >= most {
                    warn_full(most, &mut warned);
                } else if now.plugged_in {
                    open.spawn(relay(client, terms.clone(), connection, options.clone()));
                    connection += 1;
                }
            }
            Some(Err(error)) => {
                tracing::warn!(%error, "can't accept a connection on the link");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Writes a line to the log, at most once a minute, since clients decide how often it is called.
fn warn_full(most: usize, last: &mut Option<Instant>) {
    const INTERVAL: Duration = Duration::from_secs(60);
    if last.is_none_or(|last| last.elapsed() >= INTERVAL) {
        *last = Some(Instant::now());
        tracing::warn!("a link has reached its limit of {most} connections: others are reset");
    }
}

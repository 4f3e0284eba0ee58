//! What does distance do to a connection? A relay that lets bytes through only after their time
//! on the way, in each direction.
//!
//! It models distance: a [`Way`] in each direction of each connection, the connect included.
//! Bytes leave one after the other as the bandwidth lets them, are on their way for the delay and
//! some jitter, and arrive in their order. At most 1 MiB is on the way, as with a window of TCP:
//! no more than that passes in one delay, and a slow reader stays one.
//!
//! Its conditions may change while it is in use: a way that is set counts for what is sent from then
//! on, and a plug that is pulled breaks what is open.
//!
//! With TLS, the link is the server's end of it, and what is on the way is encrypted.
//!
//! It does not model loss, slow start and congestion, or connections that share a wire. Headers
//! of packets occupy no bandwidth.

mod connection;
mod delay_line;
#[cfg(test)]
mod tests;
mod tls;

pub use self::tls::TlsRecord;
pub use crate::base::{Bandwidth, Way};

use std::{
    any::Any,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use actix_web::web::Bytes;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::rustls::ServerConfig;

use self::connection::{Held, relay};
use crate::base::{Direction, socket};

/// After this time a client that has vanished is cut off.
const LONGEST_ABSENCE: Duration = Duration::from_secs(90);

/// A relay in front of a server. It ends, with its connections, when it is dropped.
#[derive(Debug)]
pub struct Link {
    address: SocketAddr,
    terms: watch::Sender<Terms>,
    relay: JoinHandle<()>,
}

/// What counts now.
#[derive(Clone, Copy, Debug)]
struct Terms {
    way: Way,
    server: SocketAddr,
    plugged_in: bool,
    /// How often what was open was broken.
    breaks: u64,
}

/// Called for each connection that a link opens to its server, with that connection and the
/// client's. What it returns is dropped just before the connection to the server is closed.
pub type OnConnect = Arc<dyn Fn(&TcpStream, &TcpStream) -> Box<dyn Any + Send> + Send + Sync>;

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
    /// The bytes themselves; none: nothing more goes this way, because it was ended or broken.
    pub bytes: Bytes,
    /// With TLS: the records that end in these bytes.
    pub records: Option<Vec<TlsRecord>>,
}

/// What a link does with each of its connections.
#[derive(Clone, Default)]
pub struct LinkOptions {
    /// Where what passes is told.
    pub tap: Option<mpsc::UnboundedSender<Passage>>,
    /// Who learns of each connection.
    pub on_connect: Option<OnConnect>,
    /// The certificate and settings of the server's end of TLS, which the server behind the link
    /// does not see; without them, bytes pass as they are.
    pub tls: Option<Arc<ServerConfig>>,
}

impl Link {
    /// Puts `way` before `server`, in each direction. What passes is told to `tap`.
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

    /// The same for clients that connect to another address of this machine than the server's.
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

    /// Where clients connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets the way of what is sent from now on, on open connections too. Nothing overtakes what
    /// was sent before; but what still waits to leave does so with the new bandwidth.
    pub fn set_way(&self, way: Way) {
        self.terms.send_modify(|terms| terms.way = way);
    }

    /// Leads to another server. What is open breaks; what connects from now on goes there.
    pub fn lead_to(&self, server: SocketAddr) {
        self.terms.send_modify(|terms| {
            terms.server = server;
            terms.breaks += 1;
        });
    }

    /// Pulls the plug: what is open breaks for both sides, with all that is on the way, and what
    /// connects is refused until the link is plugged in again.
    pub fn unplug(&self) {
        self.terms.send_modify(|terms| {
            terms.plugged_in = false;
            terms.breaks += 1;
        });
    }

    /// Lets clients connect again.
    pub fn plug_in(&self) {
        self.terms.send_modify(|terms| terms.plugged_in = true);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.relay.abort();
    }
}

/// Relays whoever connects, until the link is dropped.
async fn accept(listener: TcpListener, mut terms: watch::Receiver<Terms>, options: LinkOptions) {
    let mut open = JoinSet::new();
    let mut connection = 0;
    let mut breaks = 0;
    loop {
        let accepted = tokio::select! {
            // First, or who connects after a break could be broken with those before it.
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
                socket::notice_absence(&client, LONGEST_ABSENCE);
                let client = Held::new(client);
                if now.plugged_in {
                    open.spawn(relay(client, terms.clone(), connection, options.clone()));
                    connection += 1;
                }
            }
            Some(Err(error)) => {
                tracing::warn!(%error, "the link can't accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        while open.try_join_next().is_some() {}
    }
}

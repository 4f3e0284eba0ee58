//! Finds the peer of a connection that came through relays.
//!
//! A client of a panel reaches the server through a relay of this machine (the link, and possibly a
//! proxy), so the server sees the relay's address. Each relay therefore registers its client for
//! the duration of the connection. The bytes of the connection follow the registration.

use std::{
    any::Any,
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::net::TcpStream;
use tokio_rustls::rustls::ServerConfig;

use crate::{
    http::origin::{Ends, Peer},
    link::OnConnect,
};

/// The relays that lead to one address of the server, and their registrations. Clones share them.
#[derive(Clone, Debug)]
pub struct Relays {
    server: SocketAddr,
    /// A load balancer between the relays and the server. The clients behind it are unknown.
    pub(super) balancer: Option<SocketAddr>,
    /// The maximum number of connections of each of them.
    pub(super) most_connections: usize,
    /// For clients with TLS. The first relay, a link, is the server's end of it: behind that all is
    /// in clear text.
    pub(super) tls: Option<Arc<ServerConfig>>,
    notes: Arc<Mutex<HashMap<Connection, Relayed>>>,
}

/// The connecting and the accepting end of a connection. The connecting port alone does not identify
/// it: the kernel may use that port for connections to several addresses.
type Connection = [SocketAddr; 2];

/// The client of a relayed connection.
#[derive(Clone, Copy, Debug)]
enum Relayed {
    Client(Ends),
    /// Another relay, which has its own registration for this connection.
    Relay(Connection),
}

/// A registration, until this is dropped. Drop it before the connection to the server; after that,
/// its port may be reused.
#[derive(Debug)]
#[must_use]
pub struct Note {
    relays: Relays,
    connection: Connection,
}

impl Relays {
    /// Relays that lead to `server`, without connections. Each may have `most_connections`.
    pub fn to(server: SocketAddr, most_connections: usize) -> Self {
        Self {
            server,
            balancer: None,
            most_connections,
            tls: None,
            notes: Arc::default(),
        }
    }

    /// The address to which they connect.
    pub fn target(&self) -> SocketAddr {
        self.balancer.unwrap_or(self.server)
    }

    /// Makes a link register each of its clients.
    pub fn on_connect(&self) -> OnConnect {
        let relays = self.clone();
        Arc::new(move |to_server, client| {
            Box::new(relays.note(to_server, client)) as Box<dyn Any + Send>
        })
    }

    /// The peer of an accepted connection, which is direct or from one of the relays.
    pub fn peer(&self, accepted: &TcpStream) -> Peer {
        let is_ours = accepted
            .local_addr()
            .is_ok_and(|local| local == self.server);
        match accepting(accepted) {
            Some(connection) if is_ours => {
                let relays = self.clone();
                Peer::behind_relay(move || relays.client(connection))
            }
            _ => Peer::direct(accepted),
        }
    }

    /// Registers that a relay has connected `to_server` for the client at the other end of
    /// `accepted`.
    fn note(&self, to_server: &TcpStream, accepted: &TcpStream) -> Option<Note> {
        self.insert(to_server, Relayed::Client(Ends::of(accepted)?))
    }

    /// Like `note`, if the other end of `accepted` is a relay with its own registration.
    pub fn note_behind(&self, to_server: &TcpStream, accepted: &TcpStream) -> Option<Note> {
        self.insert(to_server, Relayed::Relay(accepting(accepted)?))
    }

    /// The client behind a relay's connection, if every relay on the path is registered.
    fn client(&self, connection: Connection) -> Option<Ends> {
        let notes = self.lock();
        let mut relayed = notes.get(&connection)?;
        loop {
            match relayed {
                Relayed::Client(ends) => return Some(*ends),
                Relayed::Relay(connection) => relayed = notes.get(connection)?,
            }
        }
    }

    fn insert(&self, to_server: &TcpStream, relayed: Relayed) -> Option<Note> {
        if self.balancer.is_some() {
            return None;
        }
        let connection = [to_server.local_addr().ok()?, to_server.peer_addr().ok()?];
        self.lock().insert(connection, relayed);
        Some(Note {
            relays: self.clone(),
            connection,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Connection, Relayed>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn accepting(accepted: &TcpStream) -> Option<Connection> {
    Some([accepted.peer_addr().ok()?, accepted.local_addr().ok()?])
}

impl Drop for Note {
    fn drop(&mut self) {
        self.relays.lock().remove(&self.connection);
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::{TcpListener, TcpSocket};

    use super::*;

    /// Both ends of a connection: the connecting one and the accepting one.
    async fn pair() -> (TcpStream, TcpStream) {
        pair_from("127.0.0.1:0".parse().unwrap()).await
    }

    /// The same with this address as the connecting end.
    async fn pair_from(local: SocketAddr) -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind(local).unwrap();
        let connected = socket.connect(listener.local_addr().unwrap());
        let (connected, accepted) = tokio::join!(connected, listener.accept());
        (connected.unwrap(), accepted.unwrap().0)
    }

    #[tokio::test]
    async fn a_client_behind_relays_is_known_while_all_of_them_are_registered() {
        let (_client, link_accepted) = pair().await;
        let (link_out, proxy_accepted) = pair().await;
        let (proxy_out, server_accepted) = pair().await;
        let relays = Relays::to(server_accepted.local_addr().unwrap(), 9);
        let peer = || relays.peer(&server_accepted);
        let by_link = relays.on_connect()(&link_out, &link_accepted);
        assert_eq!(peer().ends(), None);
        let by_proxy = relays.note_behind(&proxy_out, &proxy_accepted);
        assert_eq!(peer().ends(), Ends::of(&link_accepted));
        assert!(peer().is_behind_relay());
        drop(by_link);
        assert_eq!(peer().ends(), None);
        drop(by_proxy);
        assert!(relays.lock().is_empty());
    }

    #[tokio::test]
    async fn relays_may_connect_from_the_same_port() {
        let (_client, link_accepted) = pair().await;
        let (link_out, proxy_accepted) = pair().await;
        let (proxy_out, server_accepted) = pair_from(link_out.local_addr().unwrap()).await;
        let relays = Relays::to(server_accepted.local_addr().unwrap(), 9);
        let _by_link = relays.on_connect()(&link_out, &link_accepted);
        let _by_proxy = relays.note_behind(&proxy_out, &proxy_accepted);
        let peer = relays.peer(&server_accepted);
        assert_eq!(peer.ends(), Ends::of(&link_accepted));
    }
}

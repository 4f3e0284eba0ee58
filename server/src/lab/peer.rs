//! Who is at the far end of a connection?
//!
//! A client of a panel reaches the server through a relay of this machine (the link, perhaps a
//! proxy), so the server sees the relay's address. Each relay therefore notes whom it connected
//! for, as long as the connection lasts; the bytes of the connection come after that note.

use std::{
    any::Any,
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use tokio::net::TcpStream;

use crate::link::OnConnect;

/// The relays that lead to one address of the server, and the notes that they keep. Clones share
/// the notes.
#[derive(Clone, Debug)]
pub struct Relays {
    server: SocketAddr,
    notes: Arc<Mutex<HashMap<SocketAddr, Relayed>>>,
}

/// The two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The address that connected.
    pub from: IpAddr,
    /// The address that accepted.
    pub to: IpAddr,
}

/// On whose behalf a relay has connected.
#[derive(Clone, Copy, Debug)]
enum Relayed {
    Client(Ends),
    /// Another relay, which has a note of its own for this port.
    Relay(SocketAddr),
}

/// One note, kept until this is dropped. Drop it before the connection to the server: afterwards
/// the port may belong to somebody else.
#[derive(Debug)]
#[must_use]
pub struct Note {
    relays: Relays,
    port: SocketAddr,
}

/// The far end of a connection that the server has accepted.
#[derive(Debug)]
pub struct Peer {
    from: SocketAddr,
    ends: OnceLock<Ends>,
    /// Set where the connection came over the port of a panel.
    over_panel: Option<Relays>,
}

impl Ends {
    /// The ends of an accepted connection.
    pub fn of(accepted: &TcpStream) -> Option<Self> {
        Some(Self {
            from: accepted.peer_addr().ok()?.ip().to_canonical(),
            to: accepted.local_addr().ok()?.ip().to_canonical(),
        })
    }

    /// Whether both are this machine: its loopback address, or one address of its own to itself.
    /// (Not all of 127.0.0.0/8: tests use the other addresses as other machines, and a client that
    /// connects from one only loses rights by it.)
    pub fn are_this_host(self) -> bool {
        let loopback = match self.from {
            IpAddr::V4(from) => from == std::net::Ipv4Addr::LOCALHOST,
            IpAddr::V6(from) => from.is_loopback(),
        };
        loopback || self.from == self.to
    }
}

impl Relays {
    /// Relays that lead to `server`; none has connected yet.
    pub fn to(server: SocketAddr) -> Self {
        Self {
            server,
            notes: Arc::default(),
        }
    }

    /// The address that they connect to.
    pub fn server(&self) -> SocketAddr {
        self.server
    }

    /// Lets a link note each of its clients.
    pub fn on_connect(&self) -> OnConnect {
        let relays = self.clone();
        Arc::new(move |to_server, client| {
            Box::new(relays.note(to_server, client)) as Box<dyn Any + Send>
        })
    }

    /// Notes that a relay has connected `to_server` for the client at the other end of `accepted`.
    fn note(&self, to_server: &TcpStream, accepted: &TcpStream) -> Option<Note> {
        self.insert(to_server, Relayed::Client(Ends::of(accepted)?))
    }

    /// The same where the other end of `accepted` is a relay that has a note itself.
    pub fn note_behind(&self, to_server: &TcpStream, accepted: &TcpStream) -> Option<Note> {
        self.insert(to_server, Relayed::Relay(accepted.peer_addr().ok()?))
    }

    /// The client behind a relay's `port`, as long as every relay on the way has its note.
    fn client(&self, port: SocketAddr) -> Option<Ends> {
        let notes = self.lock();
        let mut relayed = notes.get(&port)?;
        loop {
            match relayed {
                Relayed::Client(ends) => return Some(*ends),
                Relayed::Relay(port) => relayed = notes.get(port)?,
            }
        }
    }

    fn insert(&self, to_server: &TcpStream, relayed: Relayed) -> Option<Note> {
        let port = to_server.local_addr().ok()?;
        self.lock().insert(port, relayed);
        Some(Note {
            relays: self.clone(),
            port,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SocketAddr, Relayed>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        self.relays.lock().remove(&self.port);
    }
}

impl Peer {
    /// The far end of a connection that was accepted, directly or from one of the `relays`.
    pub fn of(stream: &TcpStream, relays: &Relays) -> Option<Self> {
        let over_panel = stream.local_addr().ok()? == relays.server;
        Some(Self {
            from: stream.peer_addr().ok()?,
            ends: match over_panel {
                true => OnceLock::new(),
                false => Ends::of(stream)?.into(),
            },
            over_panel: over_panel.then(|| relays.clone()),
        })
    }

    /// Whether it came over the port of a panel.
    pub fn over_panel(&self) -> bool {
        self.over_panel.is_some()
    }

    /// The ends of the client's own connection, through relays or not. Ask when the first bytes
    /// have arrived: by then every relay has its note.
    pub fn ends(&self) -> Option<Ends> {
        let noted = || self.over_panel.as_ref()?.client(self.from);
        let ends = self.ends.get().copied().or_else(noted)?;
        Some(*self.ends.get_or_init(|| ends))
    }

    /// Whether it is a program on this host.
    pub fn is_this_host(&self) -> bool {
        self.ends().is_some_and(Ends::are_this_host)
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Both ends of a connection: the one that connects, and the one that accepts.
    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connected = TcpStream::connect(listener.local_addr().unwrap());
        let (connected, accepted) = tokio::join!(connected, listener.accept());
        (connected.unwrap(), accepted.unwrap().0)
    }

    #[test]
    fn this_host_is_its_loopback_address_or_one_of_its_own_to_itself() {
        let are_this_host = |from: &str, to: &str| {
            let [from, to] = [from, to].map(|ip| ip.parse().unwrap());
            Ends { from, to }.are_this_host()
        };
        assert!(are_this_host("127.0.0.1", "127.0.0.1"));
        assert!(are_this_host("127.0.0.1", "127.0.1.1"));
        assert!(are_this_host("192.0.2.7", "192.0.2.7"));
        assert!(are_this_host("::1", "::1"));
        assert!(!are_this_host("192.0.2.8", "192.0.2.7"));
        assert!(!are_this_host("127.0.0.2", "127.0.0.1"));
    }

    #[tokio::test]
    async fn a_client_behind_relays_is_known_as_long_as_each_of_them_has_its_note() {
        let (_client, link_accepted) = pair().await;
        let (link_out, proxy_accepted) = pair().await;
        let (proxy_out, server_accepted) = pair().await;
        let relays = Relays::to(server_accepted.local_addr().unwrap());
        let peer = || Peer::of(&server_accepted, &relays).unwrap();
        let by_link = relays.on_connect()(&link_out, &link_accepted);
        assert_eq!(peer().ends(), None);
        let by_proxy = relays.note_behind(&proxy_out, &proxy_accepted);
        assert_eq!(peer().ends(), Ends::of(&link_accepted));
        assert!(peer().over_panel());
        drop(by_link);
        assert_eq!(peer().ends(), None);
        drop(by_proxy);
        assert!(relays.lock().is_empty());
    }
}

//! Who is at the far end of a connection that a server accepts from a relay of its own machine?
//!
//! The server sees the relay. So each relay notes, for as long as a connection lasts, for whom it
//! connected; what comes over the connection comes after that.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::net::TcpStream;

/// The notes of relays that lead to one server.
#[derive(Clone, Debug, Default)]
pub struct Callers(Arc<Mutex<HashMap<SocketAddr, Caller>>>);

/// The two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// Who connected.
    pub from: IpAddr,
    /// To which address.
    pub to: IpAddr,
}

#[derive(Clone, Copy, Debug)]
enum Caller {
    Known(Ends),
    /// Another relay has noted who it is.
    Behind(SocketAddr),
}

/// One note, there until this is dropped; and that before the connection to the server is, or its
/// port could be another's already.
#[derive(Debug)]
#[must_use]
pub struct Noted {
    callers: Callers,
    port: SocketAddr,
}

impl Ends {
    /// Those of a connection that was accepted.
    pub fn of(accepted: &TcpStream) -> Option<Self> {
        Some(Self {
            from: accepted.peer_addr().ok()?.ip().to_canonical(),
            to: accepted.local_addr().ok()?.ip().to_canonical(),
        })
    }

    /// Whether both are this machine: its loopback address, or one address of its own to itself.
    /// (Not any of 127.0.0.0/8: by the others a test is somebody else, and it can only lose by it.)
    pub fn are_this_host(self) -> bool {
        let loopback = match self.from {
            IpAddr::V4(from) => from == std::net::Ipv4Addr::LOCALHOST,
            IpAddr::V6(from) => from.is_loopback(),
        };
        loopback || self.from == self.to
    }
}

impl Callers {
    /// Notes that the relay has connected `to_server` for whoever is at the other end of
    /// `accepted`.
    pub fn note(&self, to_server: &TcpStream, accepted: &TcpStream) -> Option<Noted> {
        self.insert(to_server, Caller::Known(Ends::of(accepted)?))
    }

    /// The same where that is another relay that has a note itself.
    pub fn note_behind(&self, to_server: &TcpStream, accepted: &TcpStream) -> Option<Noted> {
        self.insert(to_server, Caller::Behind(accepted.peer_addr().ok()?))
    }

    /// Who is at the far end of what came from the `port` of a relay, as long as that lasts.
    pub fn of(&self, port: SocketAddr) -> Option<Ends> {
        let notes = self.lock();
        let mut caller = notes.get(&port)?;
        loop {
            match caller {
                Caller::Known(ends) => return Some(*ends),
                Caller::Behind(port) => caller = notes.get(port)?,
            }
        }
    }

    fn insert(&self, to_server: &TcpStream, caller: Caller) -> Option<Noted> {
        let port = to_server.local_addr().ok()?;
        self.lock().insert(port, caller);
        Some(Noted {
            callers: self.clone(),
            port,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SocketAddr, Caller>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.callers.lock().remove(&self.port);
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Both ends of a connection: that of who connects, and that of who accepts.
    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connected = TcpStream::connect(listener.local_addr().unwrap());
        let (connected, accepted) = tokio::join!(connected, listener.accept());
        (connected.unwrap(), accepted.unwrap().0)
    }

    #[test]
    fn this_host_is_who_comes_from_its_loopback_or_its_own_address() {
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
    async fn who_is_behind_relays_is_known_as_long_as_each_of_them_says_so() {
        let callers = Callers::default();
        let (_client, link_accepted) = pair().await;
        let (link_out, proxy_accepted) = pair().await;
        let (proxy_out, server_accepted) = pair().await;
        let seen = server_accepted.peer_addr().unwrap();
        let by_link = callers.note(&link_out, &link_accepted);
        assert_eq!(callers.of(seen), None);
        let by_proxy = callers.note_behind(&proxy_out, &proxy_accepted);
        assert_eq!(callers.of(seen), Ends::of(&link_accepted));
        drop(by_link);
        assert_eq!(callers.of(seen), None);
        drop(by_proxy);
        assert!(callers.lock().is_empty());
    }
}

//! The two ends of a connection.

use std::{
    cell::OnceCell,
    net::{IpAddr, Ipv4Addr},
    rc::Rc,
};

use actix_web::{HttpRequest, rt::net::TcpStream};

use super::authority::Scheme;
use crate::http::connection;

/// The two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The address that opened the connection.
    pub from: IpAddr,
    /// The address that accepted the connection.
    pub to: IpAddr,
}

/// The peer of an accepted connection.
pub struct Peer {
    ends: OnceCell<Ends>,
    /// Finds the ends of the client's own connection, if a relay of this process connected for the
    /// client.
    behind_relay: Option<Box<dyn Fn() -> Option<Ends>>>,
    scheme: Scheme,
}

impl Ends {
    /// The ends of an accepted connection.
    pub fn of(accepted: &TcpStream) -> Option<Self> {
        Some(Self {
            from: accepted.peer_addr().ok()?.ip().to_canonical(),
            to: accepted.local_addr().ok()?.ip().to_canonical(),
        })
    }

    /// Whether both ends are this machine: loopback, or one of its addresses to itself. (Only
    /// 127.0.0.1 of 127.0.0.0/8 counts: tests use the others as other machines, and a client only
    /// loses rights by using one.)
    pub fn are_this_host(self) -> bool {
        let loopback = match self.from {
            IpAddr::V4(from) => from == Ipv4Addr::LOCALHOST,
            IpAddr::V6(from) => from.is_loopback(),
        };
        loopback || self.from == self.to
    }
}

impl Peer {
    /// A client that connected directly to the server.
    pub fn direct(accepted: &TcpStream) -> Self {
        Self {
            ends: Ends::of(accepted).map(OnceCell::from).unwrap_or_default(),
            behind_relay: None,
            scheme: Scheme::Http,
        }
    }

    /// A client that connected to a relay of this process. The relay may register its client
    /// shortly after it has connected, so `ends` is called when they are first needed.
    pub fn behind_relay(ends: impl Fn() -> Option<Ends> + 'static) -> Self {
        Self {
            ends: OnceCell::new(),
            behind_relay: Some(Box::new(ends)),
            scheme: Scheme::Http,
        }
    }

    /// The same peer over a connection with this scheme.
    pub fn over(self, scheme: Scheme) -> Self {
        Self { scheme, ..self }
    }

    /// The peer of the request's connection.
    pub fn of(request: &HttpRequest) -> Option<Rc<Self>> {
        connection::data(request)
    }

    /// The scheme of the connection.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Whether a relay of this process connected for the client.
    pub fn is_behind_relay(&self) -> bool {
        self.behind_relay.is_some()
    }

    /// The ends of the client's own connection, even through relays. Valid once the first bytes
    /// have arrived: by then every relay has registered its client.
    pub fn ends(&self) -> Option<Ends> {
        let noted = || self.behind_relay.as_ref()?();
        let ends = self.ends.get().copied().or_else(noted)?;
        Some(*self.ends.get_or_init(|| ends))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_host_is_loopback_or_one_of_its_addresses_to_itself() {
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
}

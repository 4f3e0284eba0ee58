//! How does the server tell who came over a panel's port? The links lead to a socket of its own.

use std::{
    any::Any,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    time::Duration,
};

use actix_web::rt::net::TcpStream;

use super::{Lab, Token, routes::Open};
use crate::{dial::Dial, socket};

/// What a server has more with the lab.
#[derive(Debug)]
pub struct Inside {
    /// Where the links lead to.
    pub listener: TcpListener,
    /// Where that is.
    pub address: SocketAddr,
    /// What requests need.
    pub open: Open,
}

/// The ports of a server with the lab.
#[derive(Clone, Debug)]
pub struct Ports {
    /// That of the page.
    pub page: u16,
    /// Those of the panels.
    pub panels: Vec<u16>,
}

/// A connection over a panel takes so many files at most: two for the link, two for a proxy, and
/// the server's own.
pub const FILES_PER_CONNECTION: usize = 5;

impl Inside {
    /// Opens the ports of the panels beside that of the `page`.
    pub async fn open(
        page: SocketAddr,
        token: Token,
        ticker: Option<Dial>,
        interval: Duration,
        rtt: Duration,
    ) -> io::Result<Self> {
        let listener = socket::listen((Ipv4Addr::LOCALHOST, 0).into())?;
        let address = listener.local_addr()?;
        let lab = Lab::open(page.ip(), address, ticker, interval, rtt).await?;
        let ports = Ports {
            page: page.port(),
            panels: lab.state().panels.iter().map(|panel| panel.port).collect(),
        };
        Ok(Self {
            listener,
            address,
            open: Open { lab, token, ports },
        })
    }
}

/// From where a connection came, and to where.
#[derive(Clone, Copy, Debug)]
pub struct Came {
    from: IpAddr,
    to: IpAddr,
    over_panel: bool,
}

impl Came {
    /// Looks at a connection that was accepted. The links lead to `inside`.
    pub fn of(connection: &dyn Any, inside: SocketAddr) -> Option<Self> {
        let stream = connection.downcast_ref::<TcpStream>()?;
        let (from, to) = (stream.peer_addr().ok()?, stream.local_addr().ok()?);
        Some(Self {
            from: from.ip().to_canonical(),
            to: to.ip().to_canonical(),
            over_panel: to == inside,
        })
    }

    /// Whether it came over the port of a panel: then the link hides who it was.
    pub fn over_panel(&self) -> bool {
        self.over_panel
    }

    /// Whether somebody at this host asks, at the page's port.
    pub fn from_this_host(&self) -> bool {
        !self.over_panel && (self.from.is_loopback() || self.from == self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_this_host(from: &str, to: &str, over_panel: bool) -> bool {
        let [from, to] = [from, to].map(|ip| ip.parse().unwrap());
        let came = Came {
            from,
            to,
            over_panel,
        };
        came.from_this_host()
    }

    #[test]
    fn this_host_is_who_comes_from_itself_but_not_over_a_panel() {
        assert!(from_this_host("127.0.0.1", "127.0.0.1", false));
        assert!(from_this_host("192.0.2.7", "192.0.2.7", false));
        assert!(from_this_host("::1", "::1", false));
        assert!(!from_this_host("192.0.2.8", "192.0.2.7", false));
        assert!(!from_this_host("127.0.0.1", "127.0.0.1", true));
    }
}

//! How does the server tell who came over a panel's port? The links lead to a socket of its own.

use std::{
    any::Any,
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::OnceLock,
    time::Duration,
};

use actix_web::rt::net::TcpStream;

use super::{Lab, Token, routes::Open};
use crate::{
    base::socket,
    feed::dial::Dial,
    link::{Callers, Ends},
};

/// What a server has more with the lab.
#[derive(Debug)]
pub struct Inside {
    /// Where the links lead to.
    pub listener: TcpListener,
    /// Where that is.
    pub entrance: Entrance,
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
    /// Opens the ports of the panels beside that of the `page`, which others know to be reached at
    /// another address if one is given.
    pub async fn open(
        page: SocketAddr,
        reached_at: Option<SocketAddr>,
        token: Token,
        ticker: Option<Dial>,
        interval: Duration,
        rtt: Duration,
    ) -> io::Result<Self> {
        let listener = socket::listen((Ipv4Addr::LOCALHOST, 0).into())?;
        let address = listener.local_addr()?;
        let entrance = Entrance {
            address,
            callers: Callers::default(),
        };
        let lab = Lab::open(page.ip(), &entrance, ticker, interval, rtt).await?;
        let ports = Ports {
            page: page.port(),
            panels: lab.state().panels.iter().map(|panel| panel.port).collect(),
        };
        Ok(Self {
            listener,
            entrance,
            open: Open {
                lab,
                token,
                ports,
                reached_at,
            },
        })
    }
}

/// Where the links lead to, and the notes of who comes over them.
#[derive(Clone, Debug)]
pub struct Entrance {
    address: SocketAddr,
    callers: Callers,
}

/// From where a connection came, and how.
#[derive(Debug)]
pub struct Came {
    from: SocketAddr,
    ends: OnceLock<Ends>,
    /// Over the port of a panel: the link has noted who it was.
    over_panel: Option<Callers>,
}

impl Entrance {
    /// Where the links lead to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where they note who comes.
    pub fn callers(&self) -> &Callers {
        &self.callers
    }
}

impl Came {
    /// Looks at a connection that was accepted. The links lead to the `entrance`.
    pub fn of(connection: &dyn Any, entrance: &Entrance) -> Option<Self> {
        let stream = connection.downcast_ref::<TcpStream>()?;
        let over_panel = stream.local_addr().ok()? == entrance.address;
        Some(Self {
            from: stream.peer_addr().ok()?,
            ends: match over_panel {
                true => OnceLock::new(),
                false => Ends::of(stream)?.into(),
            },
            over_panel: over_panel.then(|| entrance.callers.clone()),
        })
    }

    /// Whether it came over the port of a panel.
    pub fn over_panel(&self) -> bool {
        self.over_panel.is_some()
    }

    /// Who is at the far end, a link between or not. To be asked when something has come: by then
    /// a link has noted it.
    pub fn ends(&self) -> Option<Ends> {
        let noted = || self.over_panel.as_ref()?.of(self.from);
        let ends = self.ends.get().copied().or_else(noted)?;
        Some(*self.ends.get_or_init(|| ends))
    }

    /// Whether it is somebody at this host.
    pub fn from_this_host(&self) -> bool {
        self.ends().is_some_and(Ends::are_this_host)
    }
}

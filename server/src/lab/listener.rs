//! The listener to which the links lead, so that the server recognises connections from a panel.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    time::Duration,
};

use super::{Lab, LabHandle, Token, peer::Relays};
use crate::{
    base::{Transport, socket},
    cluster::{Cluster, Process},
    feed::ticker_handle::TickerHandle,
    http::{
        files::{FramePolicy, FramePorts},
        origin::{Peer, Scheme},
        tls::Tls,
    },
};

/// The socket to which the links lead, and the presenter's token.
#[derive(Debug)]
pub struct LabSocket {
    listener: TcpListener,
    /// The presenter's token.
    pub token: Token,
}

impl LabSocket {
    /// Opens the socket at a free port of this machine.
    pub fn open() -> io::Result<Self> {
        Ok(Self {
            listener: socket::listen((Ipv4Addr::LOCALHOST, 0).into())?,
            token: Token::new()?,
        })
    }

    /// Its address. Connections to it are never the presenter's.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// The parts of a server with the lab in addition to the page's listener.
#[derive(Debug)]
pub struct LabListener {
    /// The listening socket.
    pub socket: TcpListener,
    /// The links and proxies that connect to it.
    pub relays: Relays,
    /// The lab, for requests.
    pub lab: Lab,
}

/// The ports of a server with the lab.
#[derive(Clone, Debug)]
pub struct Ports {
    /// The port of the page.
    pub page: u16,
    /// The ports of the panels, in the order of the transports.
    pub panels: Vec<u16>,
}

/// The page may frame the panels, and each panel may be framed by the page.
pub fn frame_policy(ports: &Ports) -> FramePolicy {
    let ports = ports.clone();
    FramePolicy::new(move |request| match Peer::of(request) {
        Some(peer) if peer.is_behind_relay() => FramePorts {
            frames: Vec::new(),
            framed_by: vec![ports.page],
        },
        _ => FramePorts {
            frames: ports.panels.clone(),
            framed_by: Vec::new(),
        },
    })
}

/// The number of files that a connection over a panel needs: two for the link, two for a proxy, and
/// the server's own.
pub const FILES_PER_CONNECTION: usize = 5;

/// The options of the lab at the start.
#[derive(Debug)]
pub struct LabOptions {
    /// The polling interval.
    pub interval: Duration,
    /// The round-trip time of the panels.
    pub rtt: Duration,
    /// The maximum number of connections of the server.
    pub most_connections: usize,
    /// The cluster to which the panels lead, instead of this server.
    pub cluster: Option<Cluster>,
}

impl LabOptions {
    /// The maximum number of connections of a panel: the panels and the page have equal shares, so
    /// that clients of one of them cannot use those of the others.
    fn share_of_panel(&self) -> usize {
        (self.most_connections / (Transport::ALL.len() + 1)).max(1)
    }
}

impl LabListener {
    /// Opens the ports of the panels beside that of the `page`, with the same `tls`. `reached_at` is
    /// the address at which other machines reach the page, where it is known.
    pub async fn open(
        page: SocketAddr,
        tls: Option<&Tls>,
        reached_at: Option<SocketAddr>,
        socket: LabSocket,
        ticker: Option<TickerHandle>,
        options: LabOptions,
    ) -> io::Result<Self> {
        let balancer = options.cluster.as_ref().and_then(|it| it.proxy.as_ref());
        let mut relays = Relays::to(socket.address()?, options.share_of_panel());
        relays.tls = tls.map(Tls::for_http1);
        relays.balancer = balancer.map(Process::address);
        let handle = LabHandle::start(page.ip(), &relays, ticker, options).await?;
        let panels = handle.state().panels;
        let ports = Ports {
            page: page.port(),
            panels: panels.iter().map(|panel| panel.port).collect(),
        };
        Ok(Self {
            socket: socket.listener,
            relays,
            lab: Lab {
                handle,
                token: socket.token,
                ports,
                scheme: Scheme::of_tls(tls.is_some()),
                reached_at,
            },
        })
    }
}

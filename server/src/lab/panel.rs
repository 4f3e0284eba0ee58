//! The port of one panel: a link that reports the bytes that pass, and optionally a proxy.

use std::{
    io,
    net::IpAddr,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{sync::mpsc, time::Instant};

use super::{
    change::{Change, PanelState},
    connections::{Connections, SeenPassage},
    peer::Relays,
    proxy::Proxy,
};
use crate::{
    base::Transport,
    link::{Bandwidth, ClientHeaders, Link, LinkOptions, Passage, Way},
};

/// The port of one transport.
#[derive(Debug)]
pub struct Panel {
    state: PanelState,
    relays: Relays,
    link: Link,
    headers: ClientHeaders,
    passages: mpsc::UnboundedReceiver<Passage>,
    connections: Connections,
    proxy: Option<Proxy>,
    /// When the link is plugged in again.
    plug_due: Option<Instant>,
}

/// The proxy that a change requires behind a panel, if it differs from the current one.
pub type Started = Option<Option<Proxy>>;

impl Panel {
    /// Opens a port of `listen` that leads to the server with a round-trip time of `rtt`, over
    /// `relays`.
    pub async fn open(
        transport: Transport,
        listen: IpAddr,
        relays: &Relays,
        rtt: Duration,
    ) -> io::Result<Self> {
        let (tap, passages) = mpsc::unbounded_channel();
        let headers = ClientHeaders::default();
        let options = LinkOptions {
            tap: Some(tap),
            on_connect: Some(relays.on_connect()),
            tls: relays.tls.clone(),
            client_headers: Some(headers.clone()),
            most_connections: Some(relays.most_connections),
        };
        let link = Link::between(listen, relays.target(), Way::default(), options).await?;
        let panel = Self {
            state: PanelState {
                transport,
                port: link.address().port(),
                rtt_us: rtt.as_micros() as u32,
                bandwidth_bit_per_s: None,
                proxy: None,
                plugged: true,
                served_by: None,
            },
            relays: relays.clone(),
            link,
            headers,
            passages,
            connections: Connections::new(transport),
            proxy: None,
            plug_due: None,
        };
        panel.link.set_way(panel.way());
        Ok(panel)
    }

    /// The state of the panel.
    pub fn state(&self) -> PanelState {
        self.state.clone()
    }

    /// The TCP/IP headers of all connections of the browser to this panel; `None` if the system does
    /// not count them.
    pub fn tcp_ip_bytes(&self) -> Option<u64> {
        self.headers.bytes()
    }

    /// The next passage.
    pub fn poll_passage(&mut self, context: &mut Context<'_>) -> Poll<Option<Passage>> {
        self.passages.poll_recv(context)
    }

    /// The passages for viewers; empty if they are not part of the comparison.
    pub fn read(&mut self, passage: &Passage, count: &mut u64) -> Vec<SeenPassage> {
        self.connections.read(passage, count)
    }

    /// Reads the name of the server after a passage was read. Returns whether it has changed.
    pub fn read_server(&mut self, passage: &Passage) -> bool {
        let name = self.connections.served_by(passage);
        let is_new = name.is_some() && name != self.state.served_by.as_deref();
        if is_new {
            self.state.served_by = name.map(str::to_owned);
        }
        is_new
    }

    /// Starts the proxy that a change requires, if the change applies to this panel. No connection
    /// uses it yet.
    pub async fn start(&self, change: &Change) -> io::Result<Started> {
        match change.proxy {
            Some(habit) if change.is_for(self.state.transport) && habit != self.state.proxy => {
                Ok(Some(match habit {
                    Some(habit) => Some(Proxy::start(&self.relays, habit).await?),
                    None => None,
                }))
            }
            _ => Ok(None),
        }
    }

    /// Applies a change, if it is for this panel, with the proxy that was started for it.
    pub fn apply(&mut self, change: &Change, started: Started) {
        if !change.is_for(self.state.transport) {
            return;
        }
        let state = &mut self.state;
        state.rtt_us = change.rtt_us.unwrap_or(state.rtt_us);
        let bandwidth = change.bandwidth_bit_per_s;
        state.bandwidth_bit_per_s = bandwidth.unwrap_or(state.bandwidth_bit_per_s);
        state.proxy = change.proxy.unwrap_or(state.proxy);
        self.link.set_way(self.way());
        if let Some(proxy) = started {
            let address = proxy.as_ref().map(Proxy::address);
            self.link.lead_to(address.unwrap_or(self.relays.target()));
            self.proxy = proxy;
        }
        if let Some(unplug) = change.unplug() {
            self.link.unplug();
            // Unplugging again prolongs the time and never shortens it.
            self.plug_due = self.plug_due.max(Some(Instant::now() + unplug));
            self.state.plugged = false;
        }
    }

    /// When the link is plugged in again, if it is unplugged.
    pub fn plug_due(&self) -> Option<Instant> {
        self.plug_due
    }

    /// Plugs the link in if it is due.
    pub fn plug_in_if_due(&mut self) {
        if self.plug_due.is_some_and(|due| due <= Instant::now()) {
            self.plug_due = None;
            self.state.plugged = true;
            self.link.plug_in();
        }
    }

    fn way(&self) -> Way {
        let bandwidth = self.state.bandwidth_bit_per_s;
        Way {
            delay: Duration::from_micros(self.state.rtt_us.into()) / 2,
            bandwidth: bandwidth.and_then(Bandwidth::from_bit_per_s),
            ..Way::default()
        }
    }
}

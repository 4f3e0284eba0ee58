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
    proxy::{Habit, Proxy},
};
use crate::{
    base::Transport,
    link::{Bandwidth, ClientHeaders, Link, LinkOptions, Passage, Way},
};

/// The port of one transport.
#[derive(Debug)]
pub struct Panel {
    transport: Transport,
    relays: Relays,
    link: Link,
    headers: ClientHeaders,
    passages: mpsc::UnboundedReceiver<Passage>,
    connections: Connections,
    rtt_us: u32,
    bandwidth_bit_per_s: Option<u64>,
    proxy: Option<(Habit, Proxy)>,
    /// The server of a cluster that sent the newest response.
    served_by: Option<String>,
    /// When the link is plugged in again.
    plug_due: Option<Instant>,
}

/// The proxy that a change requires behind a panel, if it differs from the current one.
pub type Started = Option<Option<(Habit, Proxy)>>;

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
            tls: relays.tls(),
            client_headers: Some(headers.clone()),
            most_connections: Some(relays.most_connections()),
        };
        let link = Link::between(listen, relays.target(), Way::default(), options).await?;
        let panel = Self {
            transport,
            relays: relays.clone(),
            link,
            headers,
            passages,
            connections: Connections::new(transport),
            rtt_us: rtt.as_micros() as u32,
            bandwidth_bit_per_s: None,
            proxy: None,
            served_by: None,
            plug_due: None,
        };
        panel.link.set_way(panel.way());
        Ok(panel)
    }

    /// The state of the panel.
    pub fn state(&self) -> PanelState {
        PanelState {
            transport: self.transport,
            port: self.link.address().port(),
            rtt_us: self.rtt_us,
            bandwidth_bit_per_s: self.bandwidth_bit_per_s,
            proxy: self.habit(),
            plugged: self.plug_due.is_none(),
            served_by: self.served_by.clone(),
        }
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
        let is_new = name.is_some() && name != self.served_by.as_deref();
        if is_new {
            self.served_by = name.map(str::to_owned);
        }
        is_new
    }

    /// Starts the proxy that a change requires, if the change applies to this panel. No connection
    /// uses it yet.
    pub async fn start(&self, change: &Change) -> io::Result<Option<Started>> {
        if !change.is_for(self.transport) {
            return Ok(None);
        }
        Ok(Some(match change.proxy {
            Some(habit) if habit != self.habit() => Some(match habit {
                Some(habit) => {
                    let proxy = Proxy::start(&self.relays, habit);
                    Some((habit, proxy.await?))
                }
                None => None,
            }),
            _ => None,
        }))
    }

    /// Applies a change to this panel, with the proxy that was started for it.
    pub fn apply(&mut self, change: &Change, started: Started) {
        self.rtt_us = change.rtt_us.unwrap_or(self.rtt_us);
        if let Some(bandwidth) = change.bandwidth_bit_per_s {
            self.bandwidth_bit_per_s = bandwidth;
        }
        self.link.set_way(self.way());
        if let Some(proxy) = started {
            let server = proxy
                .as_ref()
                .map_or(self.relays.target(), |(_, proxy)| proxy.address());
            self.link.lead_to(server);
            self.proxy = proxy;
        }
        if let Some(unplug) = change.unplug() {
            self.link.unplug();
            // Unplugging again prolongs the time and never shortens it.
            self.plug_due = self.plug_due.max(Some(Instant::now() + unplug));
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
            self.link.plug_in();
        }
    }

    fn habit(&self) -> Option<Habit> {
        self.proxy.as_ref().map(|(habit, _)| *habit)
    }

    fn way(&self) -> Way {
        let bandwidth = self.bandwidth_bit_per_s;
        Way {
            delay: Duration::from_micros(self.rtt_us.into()) / 2,
            bandwidth: bandwidth.and_then(Bandwidth::from_bit_per_s),
            ..Way::default()
        }
    }
}

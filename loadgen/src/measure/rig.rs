//! The environment of the receivers: servers, and a link in front of each if the scenario has one.

use std::{net::SocketAddr, path::Path, time::Duration};

use server::{
    Transport,
    base::timer,
    link::{Link, Passage},
};
use tokio::sync::mpsc;

use crate::{
    client::{
        failure::Failure,
        ledger::Ledger,
        plan::Target,
        poster::Poster,
        tap::{Tap, TappedRecord},
    },
    measure::{
        capture::Capture,
        server_process::ServerProcess,
        started::Started,
        target::RunningServers,
        usage::{KernelMemory, Process, Usage},
    },
    record::{Direction, HeaderProfile, Scenario},
};

/// The servers of a run, and the links in front of them if there are any.
pub(crate) struct Rig<'a> {
    pub scenario: &'a Scenario,
    started: Started,
    /// The servers, with the processes of those that were already running, or of several, if they
    /// are known.
    pub servers: RunningServers,
    /// The links end when this is dropped.
    _links: Vec<Link>,
    /// The addresses to which receivers connect: the links or the servers.
    pub near: Vec<SocketAddr>,
    tapped: mpsc::UnboundedReceiver<Passage>,
    /// Receives the clients' TLS records, for a capture.
    pub record_tap: Option<Tap>,
    records: mpsc::UnboundedReceiver<TappedRecord>,
    /// Bytes of the updates that were published to fill the feed.
    pub fill_ledger: Ledger,
}

/// Resource usage of server and kernel at one time, as far as the system reports it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// The processes of all servers; `None` also if they are not known.
    pub server: Option<Usage>,
    /// The processes of all brokers; `None` also if there are none.
    pub brokers: Option<Usage>,
    /// The kernel's own objects.
    pub kernel: Option<KernelMemory>,
}

/// The first update of a ticker may be this late.
const FIRST_UPDATE_LATE: Duration = Duration::from_millis(20);

impl<'a> Rig<'a> {
    /// Starts a server, with the page of the project in the folder `root`, or a cluster.
    pub async fn start(scenario: &'a Scenario, root: &Path) -> anyhow::Result<Self> {
        if scenario.has_brokers() {
            let (started, running) = Started::cluster(scenario).await?;
            return Self::before(scenario, running, started).await;
        }
        let server = ServerProcess::start(scenario, root).await?;
        let running = RunningServers::from(server.address);
        Self::before(scenario, running, Started::Server(server)).await
    }

    /// Uses servers that are already running.
    pub async fn at(scenario: &'a Scenario, servers: RunningServers) -> anyhow::Result<Self> {
        Self::before(scenario, servers, Started::Nothing).await
    }

    async fn before(
        scenario: &'a Scenario,
        servers: RunningServers,
        started: Started,
    ) -> anyhow::Result<Self> {
        let (tap, tapped) = mpsc::unbounded_channel();
        let tap = scenario.capture.then_some(tap);
        let (record_tap, records) = mpsc::unbounded_channel();
        let is_tapped = scenario.capture && scenario.tls;
        let mut links = Vec::new();
        if scenario.is_linked() {
            for &address in &servers.addresses {
                links.push(Link::start(address, scenario.way(), tap.clone()).await?);
            }
        }
        let near = match links.is_empty() {
            true => servers.addresses.clone(),
            false => links.iter().map(Link::address).collect(),
        };
        Ok(Self {
            scenario,
            started,
            servers,
            near,
            _links: links,
            tapped,
            record_tap: is_tapped.then(|| Tap::new(record_tap)),
            records,
            fill_ledger: Ledger::default(),
        })
    }

    /// Makes sure that the feed has an update: the ticker's first one, or else one of ours.
    pub async fn fill_feed(&mut self) -> Result<(), Failure> {
        let has_ticker = !self.scenario.is_silent() && self.scenario.direction == Direction::Down;
        // With brokers, another server's ticker may publish first, so this server knows no planned time.
        if !has_ticker || self.scenario.has_brokers() {
            return self.publish().await;
        }
        if let Some(server) = self.started.server() {
            let first = server.started + self.scenario.period() + FIRST_UPDATE_LATE;
            timer::sleep_until(first).await;
        }
        Ok(())
    }

    /// Publishes an update without meaning at each server, on separate connections whose bytes are
    /// counted too. If the servers deliver different feeds, each feed has an update.
    pub async fn publish(&mut self) -> Result<(), Failure> {
        let &Scenario {
            http_version, tls, ..
        } = self.scenario;
        for &address in &self.servers.addresses {
            let mut poster = Poster::new(Target {
                http_version,
                tls: tls.then(|| self.servers.trust.client_config(http_version)),
                ..Target::in_clear_text(address, HeaderProfile::Minimal)
            });
            let published = poster.publish("null").await;
            poster.close();
            self.fill_ledger = self.fill_ledger + poster.ledger;
            published?;
        }
        Ok(())
    }

    /// The passages on the link so far.
    pub fn capture(&mut self, transport: Transport) -> Capture {
        let passages = std::iter::from_fn(|| self.tapped.try_recv().ok());
        let passages = passages.filter(|passage| !passage.bytes.is_empty());
        if !self.scenario.tls {
            return Capture::read(transport, passages);
        }
        let records = std::iter::from_fn(|| self.records.try_recv().ok());
        Capture::read_tls(transport, self.scenario.http_version, passages, records)
    }

    pub fn reading(&self) -> Reading {
        let own = self.started.server().and_then(ServerProcess::usage);
        let running = self.servers.processes.iter().map(Process::usage);
        Reading {
            server: own.or_else(|| Usage::sum(running)),
            brokers: self.started.broker_usage(),
            kernel: KernelMemory::read(),
        }
    }

    /// How a server has ended; `None` while all run.
    pub fn server_ended(&mut self) -> Option<String> {
        if let Some(ended) = self.started.ended() {
            return Some(ended);
        }
        let mut processes = self.servers.processes.iter();
        let gone = processes.find(|process| process.usage().is_none());
        gone.map(|Process { id, .. }| {
            format!("process {id}, which --server-pid names, ended during the run")
        })
    }
}

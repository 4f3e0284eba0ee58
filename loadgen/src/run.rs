//! How is one measurement made? Start, connect all, warm up, measure, drain, audit.

use std::{net::SocketAddr, time::Duration};

use hdrhistogram::Histogram;
use server::{
    Transport,
    link::{Direction, Link, Passage},
    timer,
};
use tokio::sync::mpsc;

use crate::{
    clients::Clients, distrust::Distrust, failure::Failure, heads::Profile, ledger::Ledger,
    measurement::Measurement, plan::Target, poster::Poster, scenario::Scenario,
    server_process::ServerProcess, verdict::Evidence, watch::Watch,
};

/// What a run leaves.
#[derive(Debug)]
pub struct Outcome {
    /// The row.
    pub measurement: Measurement,
    /// Why the row is an error, if it is one.
    pub void: Option<Distrust>,
    /// What was noted in microseconds: latencies first, then of publishing, each with its name.
    pub histograms: Vec<(&'static str, Histogram<u64>)>,
    /// What passed on the link, where the scenario asks for it.
    pub passages: Vec<Passage>,
}

impl Outcome {
    /// A run that did not come about.
    pub fn void(transport: Transport, scenario: &Scenario, why: Distrust) -> Self {
        Self {
            measurement: Measurement::none(transport, scenario, &why),
            void: Some(why),
            histograms: Vec::new(),
            passages: Vec::new(),
        }
    }
}

/// The parts of a run, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The clients connect.
    Connect,
    /// All have their first update; nothing is counted yet.
    WarmUp,
    /// The window.
    Measure,
    /// The window is over; its last updates are on their way.
    Drain,
    /// The clients connect once more.
    ComeBack,
}

impl Phase {
    /// What a transport does in it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Connect => "connects",
            Self::WarmUp => "warms up",
            Self::Measure => "is measured",
            Self::Drain => "drains",
            Self::ComeBack => "comes back",
        }
    }
}

/// Measures `transport` in `scenario`, on a server of its own or on the one at `url`.
pub async fn run(
    transport: Transport,
    scenario: &Scenario,
    url: Option<SocketAddr>,
    progress: &(dyn Fn(Phase) + Sync),
) -> anyhow::Result<Outcome> {
    scenario.require_room(1)?;
    let (mut server, address) = match url {
        Some(address) => (None, address),
        None => {
            let server = ServerProcess::start(scenario).await?;
            let address = server.address;
            (Some(server), address)
        }
    };
    // Something must be there for clients to find: of a ticker its first update, else ours.
    let mut besides = Ledger::default();
    if scenario.is_silent() || scenario.direction == Direction::Up {
        if let Err(failure) = publish(address, &mut besides).await {
            let why = Distrust::ClientFailed(failure.to_string());
            return Ok(Outcome::void(transport, scenario, why));
        }
    } else if let Some(server) = &server {
        timer::sleep_until(server.started + scenario.period() + A_WHILE).await;
    }
    let (tap, mut tapped) = mpsc::unbounded_channel();
    let tap = scenario.capture.then_some(tap);
    let link = match scenario.is_linked() {
        true => Some(Link::start(address, scenario.way(), tap).await?),
        false => None,
    };
    let usage = || server.as_ref().and_then(ServerProcess::usage);

    progress(Phase::Connect);
    let before = usage();
    let near = link.as_ref().map_or(address, Link::address);
    let mut clients = Clients::start(transport, scenario, near);
    clients.all_placed(scenario).await;
    progress(Phase::WarmUp);
    let window = clients.open_window(scenario);
    clients.until(window.from_us).await;
    progress(Phase::Measure);
    let mut watch = Watch::begin();
    let at_start = usage();
    clients.until(window.to_us).await;
    watch.end_window();
    let at_end = usage();
    progress(Phase::Drain);
    if scenario.is_silent() && clients.failures.is_empty() {
        let published = publish(address, &mut besides).await;
        clients.failures.extend(published.err());
    }
    clients.drain(scenario).await;
    let findings = watch.findings();
    drop(watch);
    let mut passages = Vec::new();
    while let Ok(passage) = tapped.try_recv() {
        passages.push(passage);
    }
    progress(Phase::ComeBack);
    let again = match scenario.reconnect && clients.failures.is_empty() {
        true => Some(clients.come_back(transport, scenario, near).await),
        false => None,
    };

    let evidence = Evidence {
        transport,
        scenario,
        clients: &clients,
        again: again.as_ref(),
        besides,
        usage: [before, at_start, at_end],
        findings,
        server_ended: server.as_mut().is_some_and(ServerProcess::has_ended),
    };
    let (measurement, void) = evidence.measurement();
    let noted = clients.shared.noted();
    let mut histograms = vec![("latency", noted.latency_us)];
    if scenario.direction == Direction::Up {
        histograms.push(("accepted", noted.accepted_us));
        histograms.push(("round-trip", noted.round_trip_us));
    }
    Ok(Outcome {
        measurement,
        void,
        histograms,
        passages,
    })
}

/// By so much the first update of a ticker may be late.
const A_WHILE: Duration = Duration::from_millis(20);

/// Publishes an update that means nothing, on a connection of its own, which is booked too.
async fn publish(address: SocketAddr, ledger: &mut Ledger) -> Result<(), Failure> {
    let target = Target {
        address,
        host: address.to_string(),
        profile: Profile::Minimal,
    };
    let mut poster = Poster::new(target);
    let published = poster.publish("null").await;
    poster.close();
    *ledger = *ledger + poster.ledger;
    published
}

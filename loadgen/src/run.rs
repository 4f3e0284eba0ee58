//! How is one measurement made? Start, connect all, warm up, measure, drain, audit.

use std::{net::SocketAddr, time::Duration};

use hdrhistogram::Histogram;
use server::{
    Transport,
    link::{Link, Passage, Way},
};
use tokio::sync::mpsc;

use crate::{
    clients::Clients, lateness::Lateness, measurement::Measurement, scenario::Scenario,
    server_process::ServerProcess, shared::histogram, suite::Step, verdict::Evidence,
};

/// What a run leaves.
#[derive(Debug)]
pub struct Outcome {
    /// The row.
    pub measurement: Measurement,
    /// Latencies in microseconds.
    pub histogram: Histogram<u64>,
    /// What passed on the link, where the scenario asks for it.
    pub passages: Vec<Passage>,
}

impl Outcome {
    /// A run that did not come about.
    pub fn void(step: &Step<'_>, reason: &str) -> Self {
        Self {
            measurement: Measurement::none(step.transport, step.scenario, reason),
            histogram: histogram(),
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
}

impl Phase {
    /// What a transport does in it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Connect => "connects",
            Self::WarmUp => "warms up",
            Self::Measure => "is measured",
            Self::Drain => "drains",
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
    scenario.require_room()?;
    let (mut server, address) = match url {
        Some(address) => (None, address),
        None => {
            let server = ServerProcess::start(scenario).await?;
            let address = server.address;
            (Some(server), address)
        }
    };
    let (tap, mut tapped) = mpsc::unbounded_channel();
    let tap = scenario.capture.then_some(tap);
    let way = Way {
        delay: scenario.rtt / 2,
        ..Way::default()
    };
    let link = match (scenario.rtt, &tap) {
        (Duration::ZERO, None) => None,
        _ => Some(Link::start(address, way, tap).await?),
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
    let late = Lateness::watch();
    let at_start = usage();
    clients.until(window.to_us).await;
    let at_end = usage();
    let generator_late_us_p99 = late.p99();
    progress(Phase::Drain);
    clients.drain(scenario).await;

    let evidence = Evidence {
        transport,
        scenario,
        clients: &clients,
        usage: [before, at_start, at_end],
        generator_late_us_p99,
        server_ended: server.as_mut().is_some_and(ServerProcess::has_ended),
    };
    let measurement = evidence.measurement();
    drop(link);
    let mut passages = Vec::new();
    while let Ok(passage) = tapped.try_recv() {
        passages.push(passage);
    }
    Ok(Outcome {
        measurement,
        histogram: clients.shared.latencies().histogram,
        passages,
    })
}

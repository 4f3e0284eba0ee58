//! How is one measurement made? Start, connect all, warm up, measure, drain, audit.

use std::{
    net::SocketAddr,
    process::ExitStatus,
    sync::Arc,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use server::{
    Transport,
    base::{clock, timer},
    link::{Link, Passage},
};
use tokio::sync::mpsc;

use crate::{
    client::{
        failure::Failure,
        ledger::Ledger,
        plan::Target,
        poster::Poster,
        shared::{Book, Window},
    },
    measure::{
        capture::Capture,
        clients::Clients,
        invalid::{Invalid, late_us},
        server_process::ServerProcess,
        usage::Usage,
        verdict::Evidence,
        watchdog::{Findings, Watchdog},
    },
    record::{Again, Direction, HeaderProfile, Measurement, Scenario},
};

/// What a run leaves.
#[derive(Debug)]
pub struct Outcome {
    /// The row.
    pub measurement: Measurement,
    /// What was noted in microseconds: latencies first, then of publishing, each with its name.
    pub histograms: Vec<(&'static str, Histogram<u64>)>,
    /// What passed on the link, where the scenario asks for it.
    pub capture: Capture,
    /// When the window was.
    pub window: Option<Window>,
}

impl Outcome {
    /// A run that did not come about.
    pub fn invalid(transport: Transport, scenario: &Scenario, why: &Invalid) -> Self {
        Self {
            measurement: Measurement::empty(transport, scenario).invalid(why),
            histograms: Vec::new(),
            capture: Capture::default(),
            window: None,
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
    let mut rig = Rig::prepare(scenario, url).await?;
    if let Err(failure) = rig.fill_feed().await {
        let why = Invalid::ClientFailed(failure.to_string());
        return Ok(Outcome::invalid(transport, scenario, &why));
    }
    progress(Phase::Connect);
    let before = rig.usage();
    let mut clients = Clients::start(transport, scenario, rig.near);
    clients.all_placed(scenario).await;
    let bound_us = late_us(scenario.clients, Again::of(transport, scenario.interval));
    let (window_usage, findings) = rig.observe(&mut clients, bound_us, progress).await;
    let capture = Capture::read(transport, rig.passages());
    progress(Phase::ComeBack);
    let again = match scenario.reconnect && clients.failures.is_empty() {
        true => Some(clients.come_back(transport, scenario, rig.near).await),
        false => None,
    };
    let [at_start, at_end] = window_usage;
    let evidence = Evidence {
        transport,
        scenario,
        clients: &clients,
        again: again.as_ref(),
        besides: rig.besides,
        usage: [before, at_start, at_end],
        findings,
        server_ended: rig.server_ended(),
    };
    Ok(Outcome {
        measurement: evidence.measurement(),
        histograms: histograms(scenario, clients.shared.noted()),
        capture,
        window: clients.shared.window(),
    })
}

fn histograms(scenario: &Scenario, noted: Book) -> Vec<(&'static str, Histogram<u64>)> {
    let mut histograms = vec![("latency", noted.latency_us)];
    if scenario.direction == Direction::Up {
        histograms.push(("accepted", noted.accepted_us));
        histograms.push(("round-trip", noted.round_trip_us));
    }
    histograms
}

/// What the clients of a run stand on: a server, and the link before it where there is one.
struct Rig<'a> {
    scenario: &'a Scenario,
    server: Option<ServerProcess>,
    address: SocketAddr,
    /// It ends with this.
    _link: Option<Link>,
    /// Where clients connect to: the link, or the server.
    near: SocketAddr,
    tapped: mpsc::UnboundedReceiver<Passage>,
    /// What was published so that there is something to receive.
    besides: Ledger,
}

/// By so much the first update of a ticker may be late.
const A_WHILE: Duration = Duration::from_millis(20);

impl<'a> Rig<'a> {
    async fn prepare(scenario: &'a Scenario, url: Option<SocketAddr>) -> anyhow::Result<Self> {
        let server = match url {
            Some(_) => None,
            None => Some(ServerProcess::start(scenario).await?),
        };
        let own = server.as_ref().map(|server| server.address);
        let address = url.or(own).expect("there is one or the other");
        let (tap, tapped) = mpsc::unbounded_channel();
        let tap = scenario.capture.then_some(tap);
        let link = match scenario.is_linked() {
            true => Some(Link::start(address, scenario.way(), tap).await?),
            false => None,
        };
        Ok(Self {
            scenario,
            server,
            address,
            near: link.as_ref().map_or(address, Link::address),
            _link: link,
            tapped,
            besides: Ledger::default(),
        })
    }

    /// Sees to it that clients find something: of a ticker its first update, else one of ours.
    async fn fill_feed(&mut self) -> Result<(), Failure> {
        if self.scenario.is_silent() || self.scenario.direction == Direction::Up {
            return self.publish().await;
        }
        if let Some(server) = &self.server {
            let first = server.started + self.scenario.period() + A_WHILE;
            timer::sleep_until(first).await;
        }
        Ok(())
    }

    /// From the warm-up to the end of the drain: what the server had used at both ends of the
    /// window, and what the load generator found of itself, which is late above a bound.
    async fn observe(
        &mut self,
        clients: &mut Clients,
        bound_us: u64,
        progress: &(dyn Fn(Phase) + Sync),
    ) -> ([Option<Usage>; 2], Findings) {
        progress(Phase::WarmUp);
        let window = clients.open_window(self.scenario);
        // From before the window, or nobody would know of a pause at its begin.
        let until_window = Duration::from_micros(window.from_us.saturating_sub(clock::now_us()));
        let first = Instant::now() + until_window;
        let mut watch = Watchdog::begin(Arc::clone(&clients.shared), first, bound_us);
        clients.until(window.from_us).await;
        progress(Phase::Measure);
        watch.begin_window();
        let at_start = self.usage();
        clients.until(window.to_us).await;
        watch.end_window();
        let at_end = self.usage();
        progress(Phase::Drain);
        if self.scenario.is_silent() && clients.failures.is_empty() {
            // After it everybody knows that nothing was missed.
            clients.failures.extend(self.publish().await.err());
        }
        clients.drain(self.scenario).await;
        ([at_start, at_end], watch.findings())
    }

    /// Publishes an update that means nothing, on a connection of its own, which is booked too.
    async fn publish(&mut self) -> Result<(), Failure> {
        let mut poster = Poster::new(Target {
            address: self.address,
            host: self.address.to_string(),
            profile: HeaderProfile::Minimal,
        });
        let published = poster.publish("null").await;
        poster.close();
        self.besides = self.besides + poster.ledger;
        published
    }

    /// What passed on the link until now.
    fn passages(&mut self) -> Vec<Passage> {
        let all = std::iter::from_fn(|| self.tapped.try_recv().ok());
        all.filter(|passage| !passage.bytes.is_empty()).collect()
    }

    fn usage(&self) -> Option<Usage> {
        self.server.as_ref().and_then(ServerProcess::usage)
    }

    fn server_ended(&mut self) -> Option<ExitStatus> {
        self.server.as_mut().and_then(ServerProcess::ended)
    }
}

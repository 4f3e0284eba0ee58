//! How is one measurement made? Start, connect all, warm up, measure, drain, audit.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::bail;
use hdrhistogram::Histogram;
use server::{
    Transport, clock,
    link::{Link, Passage},
    timer,
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use crate::{
    client::{Again, Client, Failure, Plan},
    lateness::Lateness,
    ledger::Ledger,
    measurement::{Bytes, BytesPerUpdate, HEADER_PROFILE, LatencyUs, Measurement, ServerCost, per},
    scenario::Scenario,
    server_process::{ServerProcess, Usage},
    shared::{Shared, Window},
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

/// So long may it take until all clients have their first update, beyond two periods of the feed.
const LONGEST_CONNECT: Duration = Duration::from_secs(30);
/// So long after the window an update of it may come, beyond what period, interval and distance
/// explain, before it counts as lost.
const LONGEST_DRAIN: Duration = Duration::from_secs(5);
/// From the start of one client that is kept open or asks at once to that of the next.
const BETWEEN_CONNECTS: Duration = Duration::from_micros(500);

/// Measures `transport` in `scenario`, on a server of its own or on the one at `url`.
pub async fn run(
    transport: Transport,
    scenario: &Scenario,
    url: Option<SocketAddr>,
    progress: &(dyn Fn(Phase) + Sync),
) -> anyhow::Result<Outcome> {
    require_room(scenario)?;
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
    let link = match (scenario.rtt, &tap) {
        (Duration::ZERO, None) => None,
        _ => Some(Link::start(address, scenario.rtt / 2, tap).await?),
    };
    let usage = || server.as_ref().and_then(ServerProcess::usage);

    progress(Phase::Connect);
    let before = usage();
    let late = Lateness::watch();
    let near = link.as_ref().map_or(address, Link::address);
    let mut clients = Clients::start(transport, scenario, near);
    clients.all_placed(scenario).await;
    progress(Phase::WarmUp);
    let window = clients.open_window(scenario);
    clients.until(window.from_us).await;
    progress(Phase::Measure);
    let at_start = usage();
    clients.until(window.to_us).await;
    let at_end = usage();
    progress(Phase::Drain);
    clients.drain(scenario).await;

    let mut measurement = clients.measurement(transport, scenario);
    measurement.generator_late_us_p99 = late.p99();
    measurement.server = cost(before, at_start, at_end, &measurement);
    if server.as_mut().is_some_and(ServerProcess::has_ended) {
        measurement.void("the server ended during the run".into());
    }
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

/// All clients of a run.
struct Clients {
    shared: Arc<Shared>,
    running: JoinSet<(Client, Result<(), Failure>)>,
    over: watch::Sender<bool>,
    ended: Vec<Client>,
    failures: Vec<Failure>,
    count: usize,
}

impl Clients {
    fn start(transport: Transport, scenario: &Scenario, address: SocketAddr) -> Self {
        let shared = Arc::new(Shared::new());
        let over = watch::Sender::new(false);
        let mut running = JoinSet::new();
        let again = Again::of(transport, scenario.interval);
        let now = Instant::now();
        for nth in 0..scenario.clients {
            // Who repeats is spread over the interval: real clients do not ask in step.
            let begin = match again {
                Again::EveryInterval(interval) => {
                    interval.mul_f64(nth as f64 / scenario.clients as f64)
                }
                Again::AtOnce | Again::KeptOpen => BETWEEN_CONNECTS * nth as u32,
            };
            let plan = Plan {
                transport,
                address,
                host: address.to_string(),
                again,
                begin: now + begin,
            };
            let mut client = Client::new(plan, Arc::clone(&shared));
            let mut over = over.subscribe();
            running.spawn(async move {
                let result = tokio::select! {
                    result = client.run() => result,
                    _ = over.wait_for(|&over| over) => Ok(()),
                };
                client.close();
                (client, result)
            });
        }
        Self {
            shared,
            running,
            over,
            ended: Vec::new(),
            failures: Vec::new(),
            count: scenario.clients,
        }
    }

    /// Waits until every client has its first update, and so its place in the feed.
    async fn all_placed(&mut self, scenario: &Scenario) {
        let longest = LONGEST_CONNECT + 2 * period(scenario) + 2 * scenario.interval;
        let deadline = Instant::now() + longest;
        let mut placed = self.shared.placed.subscribe();
        let count = self.count;
        tokio::select! {
            _ = placed.wait_for(|&placed| placed == count) => {}
            () = self.failing() => {}
            () = timer::sleep_until(deadline) => {
                let placed = *self.shared.placed.borrow();
                self.failures.push(Failure::Silent {
                    silent: count - placed,
                    clients: count,
                    within: longest,
                });
            }
        }
    }

    fn open_window(&mut self, scenario: &Scenario) -> Window {
        let from_us = clock::now_us() + scenario.warm_up.as_micros() as u64;
        let to_us = from_us + scenario.duration.as_micros() as u64;
        let window = Window { from_us, to_us };
        self.shared.open(window);
        window
    }

    /// Waits for an instant; returns at once when a client has failed.
    async fn until(&mut self, at_us: u64) {
        if self.failures.is_empty() {
            let rest = Duration::from_micros(at_us.saturating_sub(clock::now_us()));
            tokio::select! {
                () = timer::sleep_until(Instant::now() + rest) => {}
                () = self.failing() => {}
            }
        }
    }

    /// Waits until every client has received an update that was planned after the window, or no
    /// more can be expected.
    async fn drain(&mut self, scenario: &Scenario) {
        let longest =
            LONGEST_DRAIN + 2 * period(scenario) + 2 * scenario.interval + 4 * scenario.rtt;
        if self.failures.is_empty() {
            let _ = tokio::time::timeout(longest, self.failing()).await;
        }
        self.over.send_replace(true);
        while self.end_one().await {}
    }

    /// Returns when a client has failed, or all have ended.
    async fn failing(&mut self) {
        while self.failures.is_empty() && self.end_one().await {}
    }

    async fn end_one(&mut self) -> bool {
        let Some(ended) = self.running.join_next().await else {
            return false;
        };
        let (client, result) = ended.expect("a client does not panic");
        self.ended.push(client);
        self.failures.extend(result.err());
        true
    }

    fn measurement(&self, transport: Transport, scenario: &Scenario) -> Measurement {
        let latencies = self.shared.latencies();
        let sum = |of: fn(&Client) -> u64| self.ended.iter().map(of).sum::<u64>();
        let whole = add(self.ended.iter().map(|client| client.ledger));
        let in_window = add(self.ended.iter().map(Client::window_ledger));
        let updates_expected = latencies.updates * scenario.clients as u64;
        let updates_received = sum(|client| client.audit.received);
        let mut measurement = Measurement {
            transport,
            scenario: scenario.name.clone(),
            clients: scenario.clients,
            rate_per_s: scenario.rate_per_s,
            payload_bytes: scenario.payload_bytes,
            rtt_us: scenario.rtt.as_micros() as u64,
            duration_s: scenario.duration.as_secs_f64(),
            header_profile: HEADER_PROFILE.into(),
            updates_expected,
            updates_received,
            lost: updates_expected.saturating_sub(updates_received),
            duplicated: sum(|client| client.audit.duplicated),
            reordered: sum(|client| client.audit.reordered),
            reconnects: sum(|client| client.reconnects),
            latency_us: LatencyUs::of(&latencies.histogram),
            bytes_per_update: BytesPerUpdate::of(&in_window),
            bytes_total: Bytes::total(&whole),
            unexplained_bytes: Some(whole.unexplained()),
            requests_per_update: per(in_window.requests, in_window.deliveries),
            packets_per_update: (in_window.knows_packets())
                .then(|| per(in_window.packets, in_window.deliveries))
                .flatten(),
            server: ServerCost::default(),
            generator_late_us_p99: None,
            warnings: Vec::new(),
            error: None,
        };
        if let Some(reason) = self.reason(&measurement, &latencies, scenario) {
            measurement.void(reason);
        }
        measurement
    }

    /// Why the run is no measurement, if it is none.
    fn reason(
        &self,
        row: &Measurement,
        latencies: &crate::shared::Latencies,
        scenario: &Scenario,
    ) -> Option<String> {
        if let Some(first) = self.failures.first() {
            return Some(first.to_string());
        }
        if latencies.updates == 0 {
            return Some("no update was planned inside the window: measure for longer".into());
        }
        let planned = scenario
            .rate_per_s
            .map(|rate| rate * scenario.duration.as_secs_f64());
        if let Some(planned) = planned
            && (latencies.updates as f64 - planned).abs() > 1.0
        {
            let came = latencies.updates;
            return Some(format!(
                "{planned} updates were planned, and {came} came to anyone"
            ));
        }
        if row.lost + row.duplicated + row.reordered > 0 {
            let Measurement {
                lost,
                duplicated,
                reordered,
                ..
            } = row;
            return Some(format!(
                "{lost} lost, {duplicated} duplicated, {reordered} reordered"
            ));
        }
        if latencies.early > 0 {
            let early = latencies.early;
            return Some(format!(
                "{early} updates came before their instant: the clock was set"
            ));
        }
        match row.unexplained_bytes {
            Some(bytes) if bytes != 0 => Some(format!("{bytes} bytes belong to no class")),
            _ => None,
        }
    }
}

fn add(ledgers: impl Iterator<Item = Ledger>) -> Ledger {
    ledgers.fold(Ledger::default(), |sum, ledger| sum + ledger)
}

fn period(scenario: &Scenario) -> Duration {
    let rate = scenario.rate_per_s.unwrap_or(1.0);
    Duration::from_secs_f64(1.0 / rate)
}

fn cost(
    before: Option<Usage>,
    at_start: Option<Usage>,
    at_end: Option<Usage>,
    row: &Measurement,
) -> ServerCost {
    let (Some(before), Some(at_start), Some(at_end)) = (before, at_start, at_end) else {
        return ServerCost::default();
    };
    let cpu_us = at_end.cpu_ns.saturating_sub(at_start.cpu_ns) / 1000;
    let grown = at_end.rss_bytes.saturating_sub(before.rss_bytes);
    ServerCost {
        cpu_us_per_update: per(cpu_us, row.updates_received),
        rss_bytes: Some(at_end.rss_bytes),
        rss_bytes_per_client: per(grown, row.clients as u64),
    }
}

/// Refuses more clients than this process may have connections, before it finds out half-way.
fn require_room(scenario: &Scenario) -> anyhow::Result<()> {
    const BESIDES: usize = 64;
    let ends = if scenario.rtt.is_zero() && !scenario.capture {
        1
    } else {
        3
    };
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let room = limit
        .map_or(usize::MAX, |limit| limit as usize)
        .saturating_sub(BESIDES)
        / ends;
    if scenario.clients > room {
        bail!(
            "{} clients are more than the {room} for which this process may open files (ulimit -n \
             is {}{})",
            scenario.clients,
            limit.unwrap_or_default(),
            if ends == 3 {
                ", and a client behind the link takes three"
            } else {
                ""
            }
        );
    }
    Ok(())
}

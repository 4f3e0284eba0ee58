//! One measurement: start, connect all clients, warm up, measure, drain, audit.

use std::{
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use server::{Transport, base::clock};

use crate::{
    client::{shared::Book, window::Window},
    measure::{
        capture::Capture,
        clients::Clients,
        receivers::Receivers,
        rig::{Reading, Rig},
        target::RunningServers,
        verdict::Evidence,
        watchdog::{Findings, Watchdog},
    },
    record::{
        Again, Direction, Invalid, Measurement, Scenario,
        histograms::{ACCEPTED, LATENCY, ROUND_TRIP},
    },
};

/// Bound for the generator's lateness that its own work explains, in microseconds: 2 ms, plus 10 µs
/// for each client, or 20 µs if the client sends its next request immediately.
pub const fn late_us(clients: usize, again: Again) -> u64 {
    let each = match again {
        Again::AtOnce => 20,
        Again::EveryInterval(_) | Again::KeptOpen => 10,
    };
    2_000 + each * clients as u64
}

/// The result of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The row.
    pub measurement: Measurement,
    /// Histograms in microseconds, each with its kind: latency first, then those of publishing.
    pub histograms: Vec<(&'static str, Histogram<u64>)>,
    /// The captured messages, if the scenario asks for a capture.
    pub capture: Capture,
    /// The measuring window.
    pub window: Option<Window>,
}

impl Outcome {
    /// A run that did not take place.
    pub fn invalid(transport: Transport, scenario: &Scenario, why: &Invalid) -> Self {
        Self {
            measurement: Measurement::empty(transport, scenario).invalid(why),
            ..Self::default()
        }
    }
}

/// The phases of a run, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The clients connect.
    Connect,
    /// All clients have their first update; nothing is counted yet.
    WarmUp,
    /// The window.
    Measure,
    /// The window is over; its last updates are still arriving.
    Drain,
    /// The clients reconnect.
    Reconnect,
}

impl Phase {
    /// The phase as text.
    pub fn words(self) -> &'static str {
        match self {
            Self::Connect => "connecting",
            Self::WarmUp => "warming up",
            Self::Measure => "measuring",
            Self::Drain => "draining",
            Self::Reconnect => "reconnecting",
        }
    }
}

/// Measures `transport` in `scenario` with clients of the load generator, on the `running` servers or
/// on one that is started.
pub async fn run(
    transport: Transport,
    scenario: &Scenario,
    running: Option<RunningServers>,
    progress: &(dyn Fn(Phase) + Sync),
) -> anyhow::Result<Outcome> {
    scenario.check_transport(transport)?;
    scenario.require_room(1)?;
    let rig = match running {
        Some(servers) => Rig::at(scenario, servers).await?,
        None => Rig::start(scenario, Path::new(".")).await?,
    };
    let (trust, tap) = (rig.servers.trust.clone(), rig.record_tap.clone());
    let start = async |addresses: &[SocketAddr]| {
        Ok(Clients::start(transport, scenario, addresses, trust, tap))
    };
    measure(transport, rig, start, progress).await
}

/// Measures `transport` on a rig, with the receivers that `start` connects to the addresses.
pub(crate) async fn measure<R: Receivers>(
    transport: Transport,
    mut rig: Rig<'_>,
    start: impl AsyncFnOnce(&[SocketAddr]) -> anyhow::Result<R>,
    progress: &(dyn Fn(Phase) + Sync),
) -> anyhow::Result<Outcome> {
    let scenario = rig.scenario;
    if let Err(failure) = rig.fill_feed().await {
        let why = Invalid::ClientFailed(failure.to_string());
        return Ok(Outcome::invalid(transport, scenario, &why));
    }
    progress(Phase::Connect);
    let before = rig.reading();
    let mut receivers = start(&rig.near).await?;
    receivers.all_placed(scenario).await?;
    let bound_us = late_us(scenario.clients, Again::of(transport, scenario.interval));
    let (window_readings, findings) = observe(&mut rig, &mut receivers, bound_us, progress).await?;
    let capture = rig.capture(transport);
    let again = match scenario.reconnect.is_some() && receivers.failures().is_empty() {
        true => {
            progress(Phase::Reconnect);
            receivers.reconnect(transport, scenario, &rig.near).await?
        }
        false => None,
    };
    let [at_start, at_end] = window_readings;
    let evidence = Evidence {
        transport,
        scenario,
        results: receivers.results(&capture),
        again,
        fill_ledger: rig.fill_ledger,
        readings: [before, at_start, at_end],
        findings,
        server_ended: rig.server_ended(),
    };
    Ok(Outcome {
        measurement: evidence.measurement(),
        histograms: histograms(scenario, evidence.results.shared.noted()),
        capture,
        window: evidence.results.shared.window(),
    })
}

/// From the warm-up to the end of the drain: the resource usage at both ends of the window, and the
/// watchdog's findings. The generator counts as late above `bound_us`.
async fn observe(
    rig: &mut Rig<'_>,
    receivers: &mut impl Receivers,
    bound_us: u64,
    progress: &(dyn Fn(Phase) + Sync),
) -> anyhow::Result<([Reading; 2], Findings)> {
    progress(Phase::WarmUp);
    let window = receivers.open_window(rig.scenario);
    // Starts before the window, so that a pause at its start is noticed.
    let until_window = Duration::from_micros(window.from_us.saturating_sub(clock::now_us()));
    let first = Instant::now() + until_window;
    let mut watch = Watchdog::begin(Arc::clone(receivers.shared()), first, bound_us);
    receivers.until(window.from_us).await;
    progress(Phase::Measure);
    watch.begin_window();
    let at_start = rig.reading();
    receivers.until(window.to_us).await;
    watch.end_window();
    let at_end = rig.reading();
    progress(Phase::Drain);
    if rig.scenario.is_silent() && receivers.failures().is_empty() {
        // With this update each receiver can verify that it missed nothing.
        let failed = rig.publish().await.err();
        receivers.failures().extend(failed);
    }
    receivers.drain(rig.scenario).await?;
    Ok(([at_start, at_end], watch.findings()))
}

fn histograms(scenario: &Scenario, noted: Book) -> Vec<(&'static str, Histogram<u64>)> {
    let mut histograms = vec![(LATENCY, noted.latency_us)];
    if scenario.direction == Direction::Up {
        histograms.push((ACCEPTED, noted.accepted_us));
        histograms.push((ROUND_TRIP, noted.round_trip_us));
    }
    histograms
}

//! Do clients receive every update once while brokers and servers fail?
//!
//! - `audit`: what one client receives. `truth`: what the feed contains.
//! - `receiver`, `publisher`: the clients of a server, which continue at another one.
//! - `faults`: what fails.

pub mod audit;
pub mod faults;
mod publisher;
pub mod receiver;
pub mod shared;
pub mod truth;

use std::{sync::Arc, time::Duration};

use server::{
    Transport,
    cluster::{self, Cluster, ClusterOptions},
};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

use self::{
    faults::{FaultKind, Injected, inject},
    receiver::{INTERVAL, Received, Receiver},
    shared::{Drain, Shared},
};
use crate::{
    client::plan::Target,
    record::{Fault, HeaderProfile, ReceivedCounts, Torture, TortureHistory, TortureTransport},
};

/// The time without updates before the first one, in which all clients connect.
const CONNECT: Duration = Duration::from_secs(2);
/// The longest time after the end of publishing until everything is acknowledged, and the longest
/// time from then on until it has arrived.
const LONGEST_DRAIN: Duration = Duration::from_secs(60);
/// Updates are published by this number of publishers, each of which waits for its last update.
const PUBLISHERS: usize = 5;
/// In addition, the ticker of one of the servers publishes this number of updates per second.
const TICKS_PER_S: u8 = 2;

/// What to start, and what to do with it.
#[derive(Clone, Debug)]
pub struct TortureOptions {
    /// Number of brokers.
    pub brokers: usize,
    /// Number of servers.
    pub servers: usize,
    /// Number of clients of each transport.
    pub clients: usize,
    /// Updates per second.
    pub rate_per_s: f64,
    /// Time for which updates are published.
    pub duration: Duration,
    /// The faults, which are repeated until the end of publishing.
    pub faults: Vec<FaultKind>,
    /// The longest fault.
    pub longest_fault: Duration,
    /// The time without a fault after each one.
    pub pause: Duration,
}

/// Something that the user wants to know while it runs.
#[derive(Clone, Debug)]
pub enum Progress {
    /// What happens.
    Event(String),
    /// The time since the start of publishing, and the deliveries so far.
    Running(Duration, u64),
}

/// Starts a cluster with clients and publishers, and injects the faults.
///
/// # Errors
///
/// The cluster can't be started, or a process can't be started again.
pub async fn run(
    options: &TortureOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> anyhow::Result<Torture> {
    progress(Progress::Event("starting the brokers and servers".into()));
    let mut cluster = Cluster::start(cluster_options(options)).await?;
    let servers = cluster.servers.iter();
    let targets = servers
        .map(|server| Target::in_clear_text(server.address(), HeaderProfile::Minimal))
        .collect();
    let clients = options.clients * Transport::ALL.len();
    let shared = Arc::new(Shared::new(targets, clients));
    let mut receivers = start_receivers(options, &shared);
    sleep(CONNECT).await;
    let begin = Instant::now();
    let mut publishers = start_publishers(options, &shared);
    let report = report_regularly(&shared, begin, progress);
    let work = inject_all(options, begin, &mut cluster, &shared, progress);
    let faults = tokio::select! {
        faults = work => faults?,
        never = report => match never {},
    };
    progress(Progress::Event("publishing ends".into()));
    let until = Instant::now() + LONGEST_DRAIN;
    shared
        .phase
        .send_modify(|phase| phase.publish_until = Some(until));
    while let Some(ended) = publishers.join_next().await {
        ended?;
    }
    drain(&shared);
    let mut received: Vec<Vec<Received>> = vec![Vec::new(); Transport::ALL.len()];
    while let Some(ended) = receivers.join_next().await {
        let (nth, of_client) = ended?;
        received[nth].push(of_client);
    }
    progress(Progress::Event(
        "reading everything from each server".into(),
    ));
    let histories = read_histories(&cluster, &shared).await;
    for remark in shared.take_remarks() {
        progress(Progress::Event(remark));
    }
    let transports = Transport::ALL.into_iter().zip(&received);
    Ok(Torture {
        duration_s: options.duration.as_secs_f64(),
        brokers: options.brokers,
        broker: cluster::broker_version(),
        servers: options.servers,
        clients: options.clients,
        rate_per_s: options.rate_per_s,
        published: shared.truth.published(),
        transports: transports
            .map(|(transport, all)| total(transport, all))
            .collect(),
        histories,
        faults,
    })
}

fn cluster_options(options: &TortureOptions) -> ClusterOptions {
    let interval = humantime::format_duration(INTERVAL);
    // Everything that is published, so that it can be read in the end.
    let rate_per_s = options.rate_per_s + f64::from(TICKS_PER_S);
    let updates = rate_per_s * options.duration.as_secs_f64() * 2.0 + 1024.0;
    ClusterOptions {
        brokers: options.brokers,
        servers: options.servers,
        server_arguments: vec![
            format!("--rate={TICKS_PER_S}"),
            "--publish-rate=0".into(),
            "--publish-rate-per-client=0".into(),
            format!("--interval={interval}"),
            format!("--history={}", updates as u32),
            "--history-bytes=268435456".into(),
        ],
        namespaces: options.faults.iter().any(|fault| fault.needs_namespaces()),
        ..ClusterOptions::default()
    }
}

fn start_receivers(options: &TortureOptions, shared: &Arc<Shared>) -> JoinSet<(usize, Received)> {
    let mut receivers = JoinSet::new();
    for (nth, transport) in Transport::ALL.into_iter().enumerate() {
        for client in 0..options.clients {
            let id = nth * options.clients + client;
            let servers = (0..options.servers).collect();
            let receiver = Receiver::new(id, transport, servers, Arc::clone(shared));
            receivers.spawn(async move { (nth, receiver.run().await) });
        }
    }
    receivers
}

fn start_publishers(options: &TortureOptions, shared: &Arc<Shared>) -> JoinSet<()> {
    let period = Duration::from_secs_f64(PUBLISHERS as f64 / options.rate_per_s);
    let mut publishers = JoinSet::new();
    for nth in 0..PUBLISHERS {
        let shared = Arc::clone(shared);
        let offset = period.mul_f64(nth as f64 / PUBLISHERS as f64);
        publishers.spawn(async move {
            sleep(offset).await;
            publisher::publish(shared, period).await;
        });
    }
    publishers
}

/// Injects faults until the end of publishing. A fault begins only if there is time for it.
async fn inject_all(
    options: &TortureOptions,
    begin: Instant,
    cluster: &mut Cluster,
    shared: &Shared,
    progress: &(dyn Fn(Progress) + Sync),
) -> anyhow::Result<Vec<Fault>> {
    let end = begin + options.duration;
    let mut faults = Vec::new();
    for (nth, &kind) in options.faults.iter().cycle().enumerate() {
        let length = kind.length().min(options.longest_fault);
        sleep(options.pause).await;
        if Instant::now() + length + options.pause > end {
            break;
        }
        let round = nth / options.faults.len();
        let injected = Injected::begin(kind, round, cluster, shared).await?;
        progress(Progress::Event(injected.what.clone()));
        let fault = inject(&injected, begin.elapsed(), length, cluster, shared).await?;
        progress(Progress::Event(match fault.recovered_s {
            Some(time) => format!("every client receives again after {time:.1} s"),
            None => "some clients still receive nothing".into(),
        }));
        faults.push(fault);
    }
    sleep_until(end).await;
    Ok(faults)
}

async fn report_regularly(
    shared: &Shared,
    begin: Instant,
    progress: &(dyn Fn(Progress) + Sync),
) -> std::convert::Infallible {
    loop {
        sleep(Duration::from_secs(1)).await;
        let deliveries = shared.deliveries.load(std::sync::atomic::Ordering::Relaxed);
        progress(Progress::Running(begin.elapsed(), deliveries));
    }
}

/// Ends each client when it has received everything.
fn drain(shared: &Shared) {
    let drain = Drain {
        last: shared.truth.last(),
        until: Instant::now() + LONGEST_DRAIN,
    };
    shared.phase.send_modify(|phase| phase.drain = Some(drain));
}

/// Reads all updates from each server.
async fn read_histories(cluster: &Cluster, shared: &Arc<Shared>) -> Vec<TortureHistory> {
    drain(shared);
    let mut histories = Vec::new();
    for (nth, server) in cluster.servers.iter().enumerate() {
        let shared = Arc::clone(shared);
        let reader = Receiver::new(usize::MAX, Transport::HttpStreaming, vec![nth], shared);
        histories.push(TortureHistory {
            server: server.name().to_owned(),
            received: reader.run().await.counts,
        });
    }
    histories
}

fn total(transport: Transport, all: &[Received]) -> TortureTransport {
    let mut received = ReceivedCounts::default();
    for of_client in all {
        received.add(&of_client.counts);
    }
    let silences = all.iter().map(|of_client| of_client.longest_silence);
    TortureTransport {
        transport,
        received,
        reconnects: all.iter().map(|of_client| of_client.reconnects).sum(),
        rejected: all.iter().map(|of_client| of_client.rejected).sum(),
        longest_silence_s: silences.max().unwrap_or_default().as_secs_f64(),
    }
}

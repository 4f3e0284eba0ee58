//! The faults: each begins, lasts for a while, and is repaired.

use std::time::Duration;

use server::cluster::Cluster;
use tokio::time::{Instant, sleep};

use super::shared::Shared;
use crate::record::Fault;

/// The longest time from the repair of a fault until every client receives updates again.
const LONGEST_RECOVERY: Duration = Duration::from_secs(60);
/// A new leader of the stream is elected within this time.
const LONGEST_ELECTION: Duration = Duration::from_secs(20);

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The broker that leads the stream is killed with SIGKILL, and started again later.
    LeaderKilled,
    /// A broker that does not lead the stream is stopped with SIGSTOP, and continued later.
    FollowerPaused,
    /// A server is killed with SIGKILL, and started again later.
    ServerKilled,
    /// Half of the clients disconnect and continue at other servers.
    ClientsMoved,
    /// All brokers are killed with SIGKILL at the same time, and started again.
    BrokersRestarted,
    /// A broker that does not lead the stream is disconnected from the network.
    FollowerDisconnected,
    /// The broker that leads the stream is stopped with SIGSTOP, and continued later.
    LeaderPaused,
    /// The broker that leads the stream is disconnected from the network.
    LeaderDisconnected,
}

impl FaultKind {
    /// All kinds, in the order in which they occur.
    pub const ALL: [Self; 8] = [
        Self::LeaderKilled,
        Self::FollowerPaused,
        Self::ServerKilled,
        Self::ClientsMoved,
        Self::BrokersRestarted,
        Self::FollowerDisconnected,
        Self::LeaderPaused,
        Self::LeaderDisconnected,
    ];

    /// Whether it needs a network namespace for each broker.
    pub fn needs_namespaces(self) -> bool {
        matches!(self, Self::FollowerDisconnected | Self::LeaderDisconnected)
    }

    /// Time until it is repaired.
    pub fn length(self) -> Duration {
        Duration::from_secs(match self {
            Self::ClientsMoved => 0,
            Self::BrokersRestarted => 2,
            Self::ServerKilled => 5,
            Self::LeaderKilled | Self::FollowerPaused => 10,
            Self::LeaderPaused => 15,
            Self::FollowerDisconnected | Self::LeaderDisconnected => 30,
        })
    }

    /// What happens to the process with this name.
    fn words(self, name: &str, leads: bool) -> String {
        let leader = match leads {
            true => "the stream's leader",
            false => "while no broker leads the stream",
        };
        match self {
            Self::LeaderKilled => format!("{name}, {leader}, killed"),
            Self::FollowerPaused => format!("{name} stopped"),
            Self::ServerKilled => format!("{name} killed"),
            Self::ClientsMoved => "half of the clients moved to other servers".into(),
            Self::BrokersRestarted => "all brokers killed and restarted".into(),
            Self::FollowerDisconnected => format!("{name} disconnected from the network"),
            Self::LeaderPaused => format!("{name}, {leader}, stopped"),
            Self::LeaderDisconnected => {
                format!("{name}, {leader}, disconnected from the network")
            }
        }
    }
}

/// A fault that has begun.
pub struct Injected {
    kind: FaultKind,
    /// The broker or the server.
    target: usize,
    /// What happens, in words.
    pub what: String,
}

impl Injected {
    /// Begins the `nth` fault of the run.
    pub async fn begin(
        kind: FaultKind,
        nth: usize,
        cluster: &mut Cluster,
        shared: &Shared,
    ) -> anyhow::Result<Self> {
        let leader = leader(cluster).await;
        let target = target(kind, nth, cluster, leader.unwrap_or(0));
        let name = match kind {
            FaultKind::ServerKilled => cluster.servers[target].name(),
            _ => cluster.brokers[target].name(),
        };
        let what = kind.words(name, leader.is_some());
        match kind {
            FaultKind::LeaderKilled => cluster.brokers[target].kill(),
            FaultKind::FollowerPaused | FaultKind::LeaderPaused => cluster.brokers[target].pause(),
            FaultKind::ServerKilled => cluster.servers[target].kill(),
            FaultKind::ClientsMoved => shared.phase.send_modify(|phase| phase.moves += 1),
            FaultKind::BrokersRestarted => {
                for broker in &mut cluster.brokers {
                    broker.kill();
                }
            }
            FaultKind::FollowerDisconnected | FaultKind::LeaderDisconnected => {
                cluster.set_reachable(target, false)?;
            }
        }
        Ok(Self { kind, target, what })
    }

    /// Repairs it.
    pub async fn repair(&self, cluster: &mut Cluster) -> anyhow::Result<()> {
        match self.kind {
            FaultKind::LeaderKilled => cluster.brokers[self.target].start_again().await,
            FaultKind::FollowerPaused | FaultKind::LeaderPaused => {
                cluster.brokers[self.target].resume();
                Ok(())
            }
            FaultKind::ServerKilled => cluster.servers[self.target].start_again().await,
            FaultKind::ClientsMoved => Ok(()),
            FaultKind::BrokersRestarted => {
                for broker in &mut cluster.brokers {
                    broker.start_again().await?;
                }
                Ok(())
            }
            FaultKind::FollowerDisconnected | FaultKind::LeaderDisconnected => {
                cluster.set_reachable(self.target, true)
            }
        }
    }
}

/// The broker or server of the `nth` fault of the run.
fn target(kind: FaultKind, nth: usize, cluster: &Cluster, leader: usize) -> usize {
    let brokers = cluster.brokers.len();
    match kind {
        FaultKind::ServerKilled => nth % cluster.servers.len(),
        FaultKind::ClientsMoved | FaultKind::BrokersRestarted => 0,
        FaultKind::LeaderKilled | FaultKind::LeaderPaused | FaultKind::LeaderDisconnected => leader,
        FaultKind::FollowerPaused | FaultKind::FollowerDisconnected => {
            let others = brokers.saturating_sub(1).max(1);
            (leader + 1 + nth % others) % brokers
        }
    }
}

/// The broker that leads the stream; `None` if none is elected in time.
async fn leader(cluster: &Cluster) -> Option<usize> {
    let begin = Instant::now();
    while begin.elapsed() < LONGEST_ELECTION {
        if let Some(leader) = cluster.leader().await {
            return Some(leader);
        }
        sleep(Duration::from_millis(200)).await;
    }
    None
}

/// Repairs a fault after `length`, and waits until every client receives updates again.
pub async fn inject(
    injected: &Injected,
    at: Duration,
    length: Duration,
    cluster: &mut Cluster,
    shared: &Shared,
) -> anyhow::Result<Fault> {
    let begin = Instant::now();
    let recovered = shared.every_client_receives(length + LONGEST_RECOVERY);
    let repaired = async {
        sleep(length).await;
        injected.repair(cluster).await?;
        anyhow::Ok(begin.elapsed())
    };
    let (recovered, repaired) = tokio::join!(recovered, repaired);
    let after_repair = shared.every_client_receives(LONGEST_RECOVERY).await;
    Ok(Fault {
        at_s: at.as_secs_f64(),
        what: injected.what.clone(),
        lasted_s: repaired?.as_secs_f64(),
        recovered_s: recovered.map(|time| time.as_secs_f64()),
        recovered_after_repair_s: after_repair.map(|time| time.as_secs_f64()),
    })
}

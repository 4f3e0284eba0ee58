//! What a run has started: a server, or brokers with servers.

use server::cluster::{Cluster, ClusterOptions};

use crate::{
    measure::{
        server_process::{ServerProcess, options},
        target::RunningServers,
        usage::{Process, Usage},
    },
    record::Scenario,
};

/// The processes that a run has started. They end when this is dropped.
#[derive(Debug)]
pub enum Started {
    /// None: the servers were already running.
    Nothing,
    /// A server with the feed in its memory, or a peer.
    Server(ServerProcess),
    /// Servers whose feed is stored by brokers.
    Cluster {
        /// The processes.
        cluster: Cluster,
        /// The processes of the brokers, as far as the system reports their usage.
        brokers: Vec<Process>,
    },
}

impl Started {
    /// Starts the brokers and servers of a scenario, with new data.
    pub async fn cluster(scenario: &Scenario) -> anyhow::Result<(Self, RunningServers)> {
        let cluster = Cluster::start(ClusterOptions {
            brokers: scenario.brokers.unwrap_or(0),
            servers: scenario.servers,
            server_arguments: options(scenario),
            ..ClusterOptions::default()
        })
        .await?;
        let (servers, brokers) = (&cluster.servers, &cluster.brokers);
        let addresses: Vec<_> = servers.iter().map(|server| server.address()).collect();
        let running = RunningServers {
            processes: opened(servers.iter().map(|server| server.id())),
            ..RunningServers::from(addresses)
        };
        let brokers = opened(brokers.iter().map(|broker| broker.id()));
        Ok((Self::Cluster { cluster, brokers }, running))
    }

    /// The server with the feed in its memory.
    pub fn server(&self) -> Option<&ServerProcess> {
        match self {
            Self::Server(server) => Some(server),
            _ => None,
        }
    }

    /// The usage of all brokers.
    pub fn broker_usage(&self) -> Option<Usage> {
        match self {
            Self::Cluster { brokers, .. } => Usage::sum(brokers.iter().map(Process::usage)),
            _ => None,
        }
    }

    /// How a process has ended; `None` while all run.
    pub fn ended(&mut self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Server(server) => {
                let status = server.ended()?;
                Some(format!("the server ended during the run with {status}"))
            }
            Self::Cluster { cluster, .. } => {
                let mut all = cluster.brokers.iter_mut().chain(&mut cluster.servers);
                let ended = all.find_map(|it| (!it.is_running()).then(|| it.name()))?;
                Some(format!("{ended} ended during the run"))
            }
        }
    }
}

/// The processes with these IDs; none if the system does not report the usage of all.
fn opened(ids: impl Iterator<Item = Option<u32>>) -> Vec<Process> {
    let all: Option<Vec<_>> = ids.map(|id| Process::open(id?).ok()).collect();
    all.unwrap_or_default()
}

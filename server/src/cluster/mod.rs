//! A cluster on this machine: NATS brokers that store the feed, servers, and HAProxy in front of
//! them, each as a process.
//!
//! - `broker`, `server`, `proxy`: the three kinds of processes.
//! - `process`: a process that can be killed and started again.
//! - `programs`: where the programs are.
//! - `folder`: the files of a cluster. When this program ends, even by a signal, all processes end,
//!   and the files and networks are removed.
//! - `namespaces`: a network in which each broker can be disconnected.

mod broker;
mod folder;
mod namespaces;
mod process;
mod programs;
mod proxy;
mod server;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::Command,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, ensure};

use self::{folder::Folder, namespaces::Namespaces};
pub use self::{
    process::Process,
    programs::{built, installed},
};

/// The name of the stream.
const STREAM: &str = "updates";

/// The time limit for each of the first steps of a process.
const LONGEST_START: Duration = Duration::from_secs(30);

/// The time limit for one attempt to connect or one answer.
const LONGEST_ANSWER: Duration = Duration::from_secs(1);

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// What to start.
#[derive(Clone, Debug, Default)]
pub struct ClusterOptions {
    /// Number of brokers, each of which stores all updates. One broker forms no cluster; without
    /// brokers, there can be only one server, which keeps the feed in its memory.
    pub brokers: usize,
    /// Number of servers.
    pub servers: usize,
    /// Whether HAProxy forwards to the servers.
    pub proxy: bool,
    /// The server to which HAProxy forwards requests that are not for the feed; without one, to any
    /// server.
    pub pages: Option<SocketAddr>,
    /// Further options of the servers.
    pub server_arguments: Vec<String>,
    /// Whether each broker has its own network namespace, so that it can be disconnected. Requires
    /// Linux, root and the program `ip`.
    pub namespaces: bool,
}

/// A running cluster. All its processes end when this is dropped.
#[derive(Debug)]
pub struct Cluster {
    /// The brokers, named `broker-1` and so on.
    pub brokers: Vec<Process>,
    /// The servers, named `server-1` and so on.
    pub servers: Vec<Process>,
    /// HAProxy, if it was requested.
    pub proxy: Option<Process>,
    namespaces: Option<Namespaces>,
}

impl Cluster {
    /// Starts a cluster, and waits until every server delivers updates.
    ///
    /// # Errors
    ///
    /// A program is missing; the error says how to install it. Or a process does not start; the
    /// error contains the end of its log.
    pub async fn start(options: ClusterOptions) -> anyhow::Result<Self> {
        let has_one_feed = options.brokers > 0 || options.servers <= 1;
        ensure!(has_one_feed, "several servers need a broker");
        let folder = Arc::new(Folder::create()?);
        let namespaces = match options.namespaces {
            true => Some(Namespaces::create(&folder, options.brokers)?),
            false => None,
        };
        let mut cluster = Self {
            brokers: broker::start_all(&folder, options.brokers, namespaces.as_ref()).await?,
            servers: Vec::new(),
            proxy: None,
            namespaces,
        };
        let mut arguments = options.server_arguments;
        if let Some(feed) = cluster.feed() {
            arguments.push(format!("--feed={feed}"));
            arguments.push(format!("--replicas={}", options.brokers));
        }
        cluster.servers = server::start_all(&folder, options.servers, &arguments).await?;
        if options.proxy {
            let proxy = proxy::start(&folder, &cluster.servers, options.pages);
            cluster.proxy = Some(proxy.await?);
        }
        Ok(cluster)
    }

    /// The value of the servers' option `--feed`, if there are brokers.
    pub fn feed(&self) -> Option<String> {
        let brokers = self.brokers.iter().map(|it| it.address().to_string());
        let brokers: Vec<_> = brokers.collect();
        (!brokers.is_empty()).then(|| format!("nats://{}/{STREAM}", brokers.join(",")))
    }

    /// The broker that leads the stream, as its index; `None` while there is no leader, or if the
    /// brokers do not answer.
    pub async fn leader(&self) -> Option<usize> {
        let leader = broker::leader(&self.brokers).await?;
        self.brokers.iter().position(|it| it.name() == leader)
    }

    /// Disconnects a broker from the servers and the other brokers, or connects it again.
    ///
    /// # Errors
    ///
    /// The brokers have no network namespaces, or the connection can't be changed.
    pub fn set_reachable(&self, broker: usize, reachable: bool) -> anyhow::Result<()> {
        let namespaces = self.namespaces.as_ref();
        let namespaces = namespaces.context("the brokers have no network namespaces")?;
        namespaces.set_reachable(broker, reachable)
    }
}

/// An error if the program of the brokers is not installed; it says how to install it.
pub fn require_broker() -> anyhow::Result<()> {
    installed(broker::PROGRAM).map(drop)
}

/// The version of the installed brokers, such as `2.15.1`; `None` if they are not installed or do not
/// report it.
pub fn broker_version() -> Option<String> {
    let mut command = Command::new(installed(broker::PROGRAM).ok()?);
    let output = command.arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().rsplit_once(" v")?.1.to_owned())
}

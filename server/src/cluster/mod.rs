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
    net::{IpAddr, SocketAddr},
    process::Command,
    sync::Arc,
    time::Duration,
};

use anyhow::ensure;

pub use self::{
    broker::Broker,
    programs::{built, installed},
    proxy::Proxy,
    server::Server,
};
use self::{folder::Folder, namespaces::Namespaces};

/// The name of the stream.
pub const STREAM: &str = "updates";

/// The time limit for each of the first steps of a process.
const LONGEST_START: Duration = Duration::from_secs(30);

/// The time limit for one attempt to connect or one answer.
const LONGEST_ANSWER: Duration = Duration::from_secs(1);

/// What to start.
#[derive(Clone, Debug)]
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
    /// The value of the servers' option `--history`.
    pub history: u32,
    /// Further options of the servers.
    pub server_arguments: Vec<String>,
    /// Whether each broker has its own network namespace, so that it can be disconnected. Requires
    /// Linux, root and the program `ip`.
    pub namespaces: bool,
}

impl Default for ClusterOptions {
    /// Three brokers, three servers and HAProxy, in the network of this machine.
    fn default() -> Self {
        Self {
            brokers: 3,
            servers: 3,
            proxy: true,
            pages: None,
            history: 1024,
            server_arguments: Vec::new(),
            namespaces: false,
        }
    }
}

/// A running cluster. All its processes end when this is dropped.
#[derive(Debug)]
pub struct Cluster {
    /// The brokers, named `broker-1` and so on.
    pub brokers: Vec<Broker>,
    /// The servers, named `server-1` and so on.
    pub servers: Vec<Server>,
    /// HAProxy, if it was requested.
    pub proxy: Option<Proxy>,
}

impl Cluster {
    /// Starts a cluster, and waits until every server delivers updates.
    ///
    /// # Errors
    ///
    /// A program is missing; the error says how to install it. Or a process does not start; the
    /// error contains the end of its log.
    pub async fn start(options: ClusterOptions) -> anyhow::Result<Self> {
        ensure!(
            options.brokers > 0 || options.servers == 1,
            "several servers need a broker that stores their feed"
        );
        let folder = Arc::new(Folder::create()?);
        let mut brokers = start_brokers(&options, &folder)?;
        for broker in &mut brokers {
            broker.wait_until_it_accepts().await?;
        }
        let mut arguments = vec!["--history".into(), options.history.to_string()];
        if let Some(feed) = feed(&brokers) {
            let replicas = brokers.len().to_string();
            arguments.extend(["--feed".into(), feed, "--replicas".into(), replicas]);
        }
        arguments.extend(options.server_arguments);
        let mut servers = Vec::new();
        for port in process::free_ports(options.servers)? {
            let name = format!("server-{}", servers.len() + 1);
            servers.push(Server::start(&folder, name, port, &arguments)?);
        }
        for server in &mut servers {
            server.wait_until_it_is_ready().await?;
        }
        let proxy = match options.proxy {
            true => Some(Proxy::start(&folder, &servers, options.pages).await?),
            false => None,
        };
        Ok(Self {
            brokers,
            servers,
            proxy,
        })
    }

    /// The value of the servers' option `--feed`, if there are brokers.
    pub fn feed(&self) -> Option<String> {
        feed(&self.brokers)
    }

    /// The broker that leads a stream, as its index; `None` while there is no leader, or if the
    /// brokers do not answer.
    pub async fn leader(&self, stream: &str) -> Option<usize> {
        let leader = broker::leader(&self.brokers, stream).await?;
        self.brokers.iter().position(|it| it.name() == leader)
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

fn start_brokers(options: &ClusterOptions, folder: &Arc<Folder>) -> anyhow::Result<Vec<Broker>> {
    let count = options.brokers;
    let namespaces = match options.namespaces {
        true => Some(Arc::new(Namespaces::create(folder, count)?)),
        false => None,
    };
    let ports = process::free_ports(2 * count)?;
    let at = |nth: usize, port: u16| -> SocketAddr {
        let ip = namespaces.as_ref().map_or(LOOPBACK, |it| it.address(nth));
        (ip, port).into()
    };
    let routes: Vec<_> = (0..count).map(|nth| at(nth, ports[count + nth])).collect();
    let start = |nth| {
        let namespace = namespaces.as_ref().map(|it| (Arc::clone(it), nth));
        Broker::start(folder, nth, at(nth, ports[nth]), &routes, namespace)
    };
    (0..count).map(start).collect()
}

const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// The address of the stream.
fn feed(brokers: &[Broker]) -> Option<String> {
    let addresses: Vec<_> = brokers.iter().map(|it| it.address().to_string()).collect();
    (!addresses.is_empty()).then(|| format!("nats://{}/{STREAM}", addresses.join(",")))
}

//! A NATS server with JetStream.

use std::{net::SocketAddr, process::Command, sync::Arc};

use async_nats::{ConnectOptions, ServerAddr, jetstream};
use rustix::process::Signal;

use super::{
    LONGEST_ANSWER, folder::Folder, namespaces::Namespaces, process::Process, programs::installed,
};

/// The program of a broker.
pub(super) const PROGRAM: &str = "nats-server";

/// A broker, with the same address after a restart.
#[derive(Debug)]
pub struct Broker {
    process: Process,
    address: SocketAddr,
    namespace: Option<(Arc<Namespaces>, usize)>,
}

impl Broker {
    /// Starts a broker. `routes` are the addresses at which the brokers of the cluster reach each
    /// other, including its own.
    pub(super) fn start(
        folder: &Arc<Folder>,
        nth: usize,
        address: SocketAddr,
        routes: &[SocketAddr],
        namespace: Option<(Arc<Namespaces>, usize)>,
    ) -> anyhow::Result<Self> {
        let name = format!("broker-{}", nth + 1);
        let program = installed(PROGRAM)?;
        let mut command = match &namespace {
            Some((namespaces, nth)) => namespaces.command(*nth, &program),
            None => Command::new(program),
        };
        let (ip, port) = (address.ip().to_string(), address.port().to_string());
        command.args(["-n", &name, "-a", &ip, "-p", &port]);
        command.args(["-js", "-sd"]).arg(folder.file(&name));
        if routes.len() > 1 {
            let urls: Vec<_> = routes.iter().map(|it| format!("nats://{it}")).collect();
            let (own, all) = (&urls[nth], urls.join(","));
            command.args([
                "--cluster_name",
                "updates",
                "--cluster",
                own,
                "--routes",
                &all,
            ]);
        }
        Ok(Self {
            process: Process::start(folder, name, &command)?,
            address,
            namespace,
        })
    }

    pub(super) async fn wait_until_it_accepts(&mut self) -> anyhow::Result<()> {
        self.process.wait_until_it_accepts(self.address).await
    }

    /// The address for clients.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its name, `broker-1` and so on.
    pub fn name(&self) -> &str {
        self.process.name()
    }

    /// Whether its process runs.
    pub fn is_running(&mut self) -> bool {
        self.process.is_running()
    }

    /// Its process ID; `None` after it was killed.
    pub fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Kills it with SIGKILL.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again with what it has stored, and waits until it accepts connections.
    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        self.process.run()?;
        self.wait_until_it_accepts().await
    }

    /// Stops it with SIGSTOP, until [`Self::resume`].
    pub fn pause(&self) {
        self.process.signal(Signal::STOP);
    }

    /// Continues it.
    pub fn resume(&self) {
        self.process.signal(Signal::CONT);
    }

    /// Disconnects it from the servers and the other brokers, or connects it again.
    ///
    /// # Errors
    ///
    /// It has no network namespace of its own, or its connection can't be changed.
    pub fn set_reachable(&self, reachable: bool) -> anyhow::Result<()> {
        match &self.namespace {
            Some((namespaces, nth)) => namespaces.set_reachable(*nth, reachable),
            None => anyhow::bail!("{} has no network namespace of its own", self.name()),
        }
    }
}

/// The name of the broker that leads a stream. A broker without a cluster leads all its streams and
/// reports no leader.
pub(super) async fn leader(brokers: &[Broker], stream: &str) -> Option<String> {
    let addresses = brokers.iter().map(|broker| broker.address.to_string());
    let addresses: Vec<ServerAddr> = addresses.filter_map(|it| it.parse().ok()).collect();
    let options = ConnectOptions::new()
        .connection_timeout(LONGEST_ANSWER)
        .request_timeout(Some(LONGEST_ANSWER));
    let client = options.connect(addresses).await.ok()?;
    let stream = jetstream::new(client).get_stream(stream).await.ok()?;
    let cluster = stream.cached_info().cluster.as_ref();
    match (brokers.len(), cluster) {
        (1, _) => Some(brokers[0].name().to_owned()),
        (_, cluster) => cluster?.leader.clone(),
    }
}

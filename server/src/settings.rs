//! Command-line options of the server, with their defaults and units.

use std::{
    collections::HashSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    thread, time,
};

use anyhow::Context;
use clap::{Parser, ValueEnum};
use humantime::Duration;
use url::{Host, Origin};

use crate::{
    base::{limits::rate, socket},
    cluster::{Cluster, ClusterOptions},
    feed::{
        Feed,
        jetstream::{self, StreamAddress, StreamOptions},
    },
    http::{
        connection::{
            self, ConnectionLimits, ConnectionPolicy, Deadlines, Rejections,
            silent::SilentConnections,
        },
        origin::{self, OriginPolicy, allowed_host, allowed_origin, trusted_proxy},
        tls::Tls,
    },
    lab,
};

/// The shortest time without an update of another server's ticker after which this server's ticker
/// publishes.
const TAKE_OVER_AFTER: time::Duration = time::Duration::from_secs(3);

/// Sends one feed of live updates through eight web transports.
#[derive(Clone, Debug, Parser)]
// If an option is repeated, the last value applies, so that options can be appended to a recipe's.
#[command(version, args_override_self = true)]
pub struct Settings {
    /// Address and port to listen on; port 0 selects a free port
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "HOST:PORT", value_parser = address)]
    pub bind: SocketAddr,
    /// Source of the updates; clients can always publish too
    #[arg(long, value_enum, default_value = "ticker")]
    pub source: Source,
    /// Updates per second of the ticker
    #[arg(long, default_value = "1", value_parser = rate)]
    pub rate: f64,
    /// Size of each update of the ticker in bytes, at most 16777216
    #[arg(long, default_value = "100")]
    pub payload_bytes: usize,
    /// Seed of the ticker's prices: the same seed produces the same prices
    #[arg(long, default_value = "1")]
    pub seed: u64,
    /// Stream of NATS JetStream that stores the feed instead of this server's memory. Several servers
    /// can share it. It is created if it does not exist
    #[arg(long, value_name = "nats://HOST:PORT/STREAM")]
    pub feed: Option<StreamAddress>,
    /// Number of brokers that store each update of --feed
    #[arg(long, default_value = "1", requires = "feed", value_parser = clap::value_parser!(u32).range(1..=5))]
    pub replicas: u32,
    /// Maximum number of updates kept in the history
    #[arg(long, default_value = "1024", value_parser = clap::value_parser!(u32).range(1..))]
    pub history: u32,
    /// Maximum size of the history in bytes, including encoded copies; the newest update is always
    /// kept
    #[arg(long, default_value = "16777216", value_parser = count)]
    pub history_bytes: usize,
    /// Maximum number of updates per second from all clients and standard input together (0: no
    /// limit), with bursts of up to one second's updates. A longer update counts once for each 8 KiB
    /// or part of it
    #[arg(long, default_value = "1000")]
    pub publish_rate: u32,
    /// The same for each client (0: no limit). A client is an IPv4 address or an IPv6 /64 network
    #[arg(long, default_value = "100")]
    pub publish_rate_per_client: u32,
    /// Polling interval: the time between two requests of a client that polls or reloads
    #[arg(long, default_value = "1s", value_parser = span)]
    pub interval: Duration,
    /// Maximum time for which a long poll is held without an update
    #[arg(long, default_value = "25s", value_parser = span)]
    pub hold: Duration,
    /// Time without an update after which an open stream sends a heartbeat
    #[arg(long, default_value = "15s", value_parser = span)]
    pub heartbeat: Duration,
    /// Maximum number of connections [default: as many as `ulimit -Hn` allows]; at the limit, a new
    /// connection replaces the oldest one that has not sent a request
    #[arg(long, value_parser = count, hide_default_value = true)]
    pub connections: Option<usize>,
    /// Maximum number of connections from one address or one IPv6 /64 network, at most half of
    /// --connections; loopback and --trusted-proxy addresses are exempt
    #[arg(long, default_value = "2048", value_parser = count)]
    pub connections_per_address: usize,
    /// Maximum number of connections that have not sent a request; a new connection replaces the
    /// oldest
    #[arg(long, default_value = "1024", value_parser = count)]
    pub connections_without_request: usize,
    /// Time limit for receiving the header of a request
    #[arg(long, default_value = "10s", value_parser = span)]
    pub header_timeout: Duration,
    /// Time limit for receiving the body of a request
    #[arg(long, default_value = "30s", value_parser = span)]
    pub body_timeout: Duration,
    /// Time limit for receiving a WebSocket message, from its first byte
    #[arg(long, default_value = "30s", value_parser = span)]
    pub message_timeout: Duration,
    /// Time after which the server ends a response to a client that reads nothing; if the client
    /// reads nothing for the same time again, the connection is closed
    #[arg(long, default_value = "30s", value_parser = span)]
    pub write_timeout: Duration,
    /// Host that requests may name, without a port, in addition to localhost, this machine's name
    /// and the address that accepted the connection; repeatable
    #[arg(long, value_name = "HOST", value_parser = allowed_host)]
    pub allowed_host: Vec<Host>,
    /// Origin whose pages may publish, open WebSockets and use the lab's API, in addition to this server's own;
    /// repeatable
    #[arg(long, value_name = "SCHEME://HOST", value_parser = allowed_origin)]
    pub allowed_origin: Vec<Origin>,
    /// Address of a proxy whose Forwarded or X-Forwarded-For, -Proto and -Host fields are trusted;
    /// repeatable
    #[arg(long, value_name = "ADDRESS", value_parser = trusted_proxy)]
    pub trusted_proxy: Vec<IpAddr>,
    /// Serve https and wss: HTTP/2, and HTTP/1.1 with WebSocket, on the same port
    #[arg(long)]
    pub tls: bool,
    /// Certificate in PEM, followed by intermediate certificates if any [default: generated at
    /// start]
    #[arg(long, value_name = "FILE", requires = "tls", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Private key of --tls-cert in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Open the lab on eight additional ports: the page shows the bytes of each connection, and the
    /// presenter (this host, or a browser with the token printed at start) sets distances and
    /// faults
    #[arg(long)]
    pub lab: bool,
    /// Let the lab's panels lead to a cluster that is started on this machine: three servers behind
    /// HAProxy, and three brokers that store the feed
    #[arg(long, requires = "lab", conflicts_with_all = ["feed", "lan", "tls"])]
    pub cluster: bool,
    /// Initial round-trip time of the lab's panels, at most 1s
    #[arg(long, default_value = "0ms", value_parser = distance, requires = "lab")]
    pub rtt: Duration,
    /// Make the lab reachable from the network: listen on all IPv4 addresses of this machine, at
    /// the port of --bind, and print the URL for phones
    #[arg(long, requires = "lab")]
    pub lan: bool,
    /// Serve /websocket/echo, which echoes each message, for conformance tests
    #[arg(long)]
    pub echo: bool,
    /// Stop at the end of standard input, so that the server does not outlive its parent process
    #[arg(long)]
    pub until_stdin_ends: bool,
    /// Number of worker threads [default: one per core]
    #[arg(long, default_value_t = cores(), hide_default_value = true, value_parser = threads)]
    pub workers: usize,
    /// Project folder; its web, results and server/src folders are served
    #[arg(long, default_value = ".")]
    pub root: PathBuf,
}

impl Settings {
    /// The address to listen on.
    pub fn listen_at(&self) -> SocketAddr {
        match self.lan {
            true => (Ipv4Addr::UNSPECIFIED, self.bind.port()).into(),
            false => self.bind,
        }
    }

    /// The feed: in memory, or stored in a stream. Must be called within a runtime.
    pub fn feed(&self) -> Arc<Feed> {
        let updates = self.history as usize;
        let Some(address) = self.feed.clone() else {
            return Arc::new(Feed::new(updates, self.history_bytes));
        };
        let options = StreamOptions {
            updates,
            bytes: self.history_bytes,
            replicas: self.replicas as usize,
            take_over_after: TAKE_OVER_AFTER.max(time::Duration::from_secs_f64(3. / self.rate)),
        };
        jetstream::feed(address, options)
    }

    /// The cluster of the lab: three brokers, three servers with the options of this one, and HAProxy,
    /// which gets the page from `pages`.
    pub fn cluster_options(&self, pages: SocketAddr) -> ClusterOptions {
        ClusterOptions {
            brokers: 3,
            servers: 3,
            proxy: true,
            pages: Some(pages),
            server_arguments: vec![
                "--source=none".into(),
                format!("--allowed-host={}", self.bind.ip()),
                format!("--history={}", self.history),
                format!("--history-bytes={}", self.history_bytes),
                format!("--publish-rate={}", self.publish_rate),
                format!("--publish-rate-per-client={}", self.publish_rate_per_client),
                format!("--interval={}", self.interval),
                format!("--hold={}", self.hold),
                format!("--heartbeat={}", self.heartbeat),
            ],
            ..ClusterOptions::default()
        }
    }

    /// Makes the stream of the cluster the feed. HAProxy connects for clients of any panel, so it may
    /// name this server's address, although that is not the address that accepts.
    ///
    /// # Errors
    ///
    /// The cluster has no stream.
    pub fn join(&mut self, cluster: &Cluster) -> anyhow::Result<()> {
        let feed = cluster.feed().context("the cluster has no stream")?;
        self.feed = Some(feed.parse()?);
        self.replicas = cluster.brokers.len() as u32;
        let host = allowed_host(&self.bind.ip().to_string());
        self.allowed_host.extend(host);
        Ok(())
    }

    /// The hosts, origins and proxies that this server accepts.
    pub fn origin_policy(&self) -> OriginPolicy {
        let named = self.allowed_host.iter().cloned();
        OriginPolicy {
            hosts: named.chain(origin::own_name()).collect(),
            origins: self.allowed_origin.clone(),
            proxies: self.trusted_proxy.clone(),
        }
    }

    /// The certificate and key for `--tls`.
    ///
    /// # Errors
    ///
    /// A file cannot be read or used.
    pub fn tls(&self) -> anyhow::Result<Option<Tls>> {
        Ok(match (self.tls, &self.tls_cert, &self.tls_key) {
            (false, ..) => None,
            (true, Some(certificate), Some(key)) => Some(Tls::from_files(certificate, key)?),
            (true, ..) => Some(Tls::generated(&self.own_hosts())?),
        })
    }

    /// The hosts by which clients reach this server, as far as they are known.
    fn own_hosts(&self) -> Vec<Host> {
        let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        let bound = Some(self.bind.ip()).filter(|ip| !ip.is_unspecified());
        let addresses = loopback
            .into_iter()
            .chain(bound)
            .chain(socket::own_addresses());
        let addresses = addresses.map(|ip: IpAddr| match ip {
            IpAddr::V4(ip) => Host::Ipv4(ip),
            IpAddr::V6(ip) => Host::Ipv6(ip),
        });
        let names = [Host::Domain("localhost".into())].into_iter();
        let named = self.allowed_host.iter().cloned().chain(origin::own_name());
        let mut hosts: Vec<_> = names.chain(addresses).chain(named).collect();
        let mut seen = HashSet::new();
        hosts.retain(|host| seen.insert(host.clone()));
        hosts
    }

    /// The maximum number of connections.
    pub fn most_connections(&self) -> usize {
        let files_per_connection = match self.lab {
            true => lab::FILES_PER_CONNECTION,
            false => 1,
        };
        let by_files = ConnectionLimits::most_by_files(files_per_connection, self.workers);
        self.connections.map_or(by_files, |most| most.min(by_files))
    }

    /// The limits and deadlines of connections.
    pub fn connection_policy(&self, rejections: &Rejections) -> ConnectionPolicy {
        let (most, per_address) = (self.most_connections(), self.connections_per_address);
        ConnectionPolicy {
            limits: ConnectionLimits::new(most, per_address, &self.trusted_proxy),
            silent: SilentConnections::new(self.connections_without_request),
            deadlines: Deadlines {
                header: self.header_timeout.into(),
                body: self.body_timeout.into(),
                message: self.message_timeout.into(),
                write: self.write_timeout.into(),
            },
            keep_alive: connection::keep_alive(self.interval.into()),
            rejections: rejections.clone(),
        }
    }
}

/// A source of updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Source {
    /// Made-up share price at a fixed rate
    Ticker,
    /// Lines of standard input: each a JSON value, or text
    Stdin,
    /// Only clients that publish
    None,
}

/// Parses an address or a name, with a port. Of the addresses of a name, IPv4 is preferred.
fn address(text: &str) -> Result<SocketAddr, String> {
    let all = socket::resolve(text)
        .map_err(|error| format!("expected HOST:PORT such as 127.0.0.1:8080: {error}"))?;
    let ipv4 = all.iter().find(|address| address.is_ipv4());
    let address = ipv4.or(all.first()).copied();
    address.ok_or_else(|| "the name has no address".into())
}

/// Parses a duration with its unit, from a millisecond to a day.
pub fn span(text: &str) -> Result<Duration, String> {
    let span: Duration = text
        .parse()
        .map_err(|_| "expected a number with a unit, such as 500ms, 10s or 1m")?;
    match span.as_millis() {
        1..=86_400_000 => Ok(span),
        _ => Err("expected 1ms to 1day".into()),
    }
}

fn distance(text: &str) -> Result<Duration, String> {
    match text.parse::<Duration>() {
        Ok(rtt) if rtt.as_secs_f64() <= 1.0 => Ok(rtt),
        _ => Err("expected a number with a unit, at most 1s, such as 200ms".into()),
    }
}

fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..) => Ok(count),
        _ => Err("expected a whole number, 1 or more".into()),
    }
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads @ 1..=512) => Ok(threads),
        _ => Err("expected 1 to 512 threads".into()),
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

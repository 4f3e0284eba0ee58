//! What can be set on the command line, with its default and its unit?

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
    thread,
};

use clap::{Parser, ValueEnum};
use humantime::Duration;
use url::{Host, Origin};

use crate::{
    base::{limits::rate, socket},
    feed::publish_limits::PublishLimits,
    http::{
        connection::{self, ConnectionLimits, ConnectionPolicy, Deadlines, Rejections},
        origin::{self, OriginPolicy, allowed_host, allowed_origin, trusted_proxy},
        tls::Tls,
    },
};

/// Sends one feed of live updates through eight web transports.
#[derive(Clone, Debug, Parser)]
// A recipe's own options may be followed by others that count instead.
#[command(version, args_override_self = true)]
pub struct Settings {
    /// Address and port to listen on; port 0 takes any free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "HOST:PORT", value_parser = address)]
    pub bind: SocketAddr,
    /// Where updates come from; any client can publish besides
    #[arg(long, value_enum, default_value = "ticker")]
    pub source: Source,
    /// Updates of the ticker per second
    #[arg(long, default_value = "1", value_parser = rate)]
    pub rate: f64,
    /// Length of each of the ticker's updates, in bytes, up to 16 MiB
    #[arg(long, default_value = "100")]
    pub payload_bytes: usize,
    /// The same seed makes the same prices
    #[arg(long, default_value = "1")]
    pub seed: u64,
    /// How many of the newest updates can still be asked for
    #[arg(long, default_value = "1024", value_parser = clap::value_parser!(u32).range(1..))]
    pub history: u32,
    /// The most bytes of their texts and encoded copies: the oldest are dropped, and the newest one
    /// stays
    #[arg(long, default_value = "16777216", value_parser = count)]
    pub history_bytes: usize,
    /// The most updates per second that clients and standard input publish in total; as many may be
    /// published at once, and one of more than 8 KiB counts as several; 0: no limit
    #[arg(long, default_value = "1000")]
    pub publish_rate: u32,
    /// The most updates per second that one address publishes, or one /64 network of IPv6; as many
    /// may be published at once; 0: no limit
    #[arg(long, default_value = "100")]
    pub publish_rate_per_client: u32,
    /// From request to request of clients that repeat, told to browsers
    #[arg(long, default_value = "1s", value_parser = span)]
    pub interval: Duration,
    /// The longest that a long poll is held without an update
    #[arg(long, default_value = "25s", value_parser = span)]
    pub hold: Duration,
    /// An open stream carries a heartbeat after this long without an update
    #[arg(long, default_value = "15s", value_parser = span)]
    pub heartbeat: Duration,
    /// The most connections at a time [default: what `ulimit -n` allows]
    #[arg(long, value_parser = count, hide_default_value = true)]
    pub connections: Option<usize>,
    /// The most connections at a time from one address, or from one /64 network of IPv6; loopback
    /// has no such limit
    #[arg(long, default_value = "2048", value_parser = count)]
    pub connections_per_address: usize,
    /// The most connections that have not sent a request, divided among the threads and rounded up;
    /// a newer one takes the place of the oldest
    #[arg(long, default_value = "1024", value_parser = count)]
    pub connections_without_request: usize,
    /// How long the header of a request may take to arrive
    #[arg(long, default_value = "10s", value_parser = span)]
    pub header_timeout: Duration,
    /// How long the body of a request may take to arrive
    #[arg(long, default_value = "30s", value_parser = span)]
    pub body_timeout: Duration,
    /// How long a message on a WebSocket may take to arrive, from its first byte
    #[arg(long, default_value = "30s", value_parser = span)]
    pub message_timeout: Duration,
    /// How long a client may take nothing of what is sent to it. Then what it receives ends, and
    /// after the same time again the connection is cut
    #[arg(long, default_value = "30s", value_parser = span)]
    pub write_timeout: Duration,
    /// A host that requests may name, without its port, in addition to localhost, the name of this
    /// machine and the address that accepts the connection; can be repeated
    #[arg(long, value_name = "HOST", value_parser = allowed_host)]
    pub allowed_host: Vec<Host>,
    /// An origin whose pages may publish and open WebSockets, in addition to this server's own; can
    /// be repeated
    #[arg(long, value_name = "SCHEME://HOST", value_parser = allowed_origin)]
    pub allowed_origin: Vec<Origin>,
    /// The address of a proxy whose Forwarded or X-Forwarded-For, -Proto and -Host fields are read;
    /// can be repeated
    #[arg(long, value_name = "ADDRESS", value_parser = trusted_proxy)]
    pub trusted_proxy: Vec<IpAddr>,
    /// Serve https and wss: HTTP/2, and HTTP/1.1 with WebSocket, on the same port
    #[arg(long)]
    pub tls: bool,
    /// The certificate in PEM, followed by intermediate ones if there are any [default: one
    /// generated at the start]
    #[arg(long, value_name = "FILE", requires = "tls", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of --tls-cert in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Open the lab, with eight more ports: the page shows what passes on each wire, and the
    /// presenter (this host, or who has the token told at the start) sets distances and faults
    #[arg(long)]
    pub lab: bool,
    /// How far the lab's panels are at the start, there and back, up to a second
    #[arg(long, default_value = "0ms", value_parser = distance, requires = "lab")]
    pub rtt: Duration,
    /// Let others on the network reach the lab: listen on all this machine's IPv4 addresses, at the
    /// port of --bind, and tell the one that phones come to
    #[arg(long, requires = "lab")]
    pub lan: bool,
    /// Also serve /websocket/echo, which sends each message back: for tests of conformance
    #[arg(long)]
    pub echo: bool,
    /// End when standard input does, so that no server outlives what has started it
    #[arg(long)]
    pub until_stdin_ends: bool,
    /// Threads that serve [default: one per core]
    #[arg(long, default_value_t = cores(), hide_default_value = true, value_parser = threads)]
    pub workers: usize,
    /// The project's folder, whose web, results and server/src are served
    #[arg(long, default_value = ".")]
    pub root: PathBuf,
}

impl Settings {
    /// Where it listens.
    pub fn listen_at(&self) -> SocketAddr {
        match self.lan {
            true => (Ipv4Addr::UNSPECIFIED, self.bind.port()).into(),
            false => self.bind,
        }
    }

    /// How much clients and standard input may publish.
    pub fn publish_limits(&self) -> PublishLimits {
        PublishLimits::new(self.publish_rate, self.publish_rate_per_client)
    }

    /// Which hosts, origins and proxies are this server's own.
    pub fn origin_policy(&self) -> OriginPolicy {
        let named = self.allowed_host.iter().cloned();
        OriginPolicy {
            hosts: named.chain(origin::own_name()).collect(),
            origins: self.allowed_origin.clone(),
            proxies: self.trusted_proxy.clone(),
        }
    }

    /// What TLS needs, with --tls.
    ///
    /// # Errors
    ///
    /// A file can't be read or used.
    pub fn tls(&self) -> anyhow::Result<Option<Tls>> {
        Ok(match (self.tls, &self.tls_cert, &self.tls_key) {
            (false, ..) => None,
            (true, Some(certificate), Some(key)) => Some(Tls::from_files(certificate, key)?),
            (true, ..) => Some(Tls::generated(&self.own_hosts())?),
        })
    }

    /// The hosts by which clients reach this server, as far as it knows them.
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
        let all = hosts.clone();
        let mut nth = 0..;
        hosts.retain(|host| nth.next().is_some_and(|nth| !all[..nth].contains(host)));
        hosts
    }

    /// How connections are treated, of which each takes this many files.
    pub fn connection_policy(
        &self,
        files_per_connection: usize,
        rejections: &Rejections,
    ) -> ConnectionPolicy {
        let by_files = ConnectionLimits::most_by_files(files_per_connection);
        let most = self.connections.map_or(by_files, |most| most.min(by_files));
        let per_address = self.connections_per_address;
        let limits = ConnectionLimits::new(most, per_address, rejections.clone());
        ConnectionPolicy {
            limits: limits.without_limit_for(&self.trusted_proxy),
            silent: self.connections_without_request.div_ceil(self.workers),
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

/// Where updates come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Source {
    /// A made-up share price at a fixed rate
    Ticker,
    /// Each line of standard input: a JSON value, or text
    Stdin,
    /// Only clients that publish
    None,
}

/// An address and port, or a name and port. Of the addresses of a name, IPv4 comes first.
fn address(text: &str) -> Result<SocketAddr, String> {
    let all = socket::resolve(text)
        .map_err(|error| format!("expected HOST:PORT such as 127.0.0.1:8080: {error}"))?;
    let ipv4 = all.iter().find(|address| address.is_ipv4());
    let address = ipv4.or(all.first()).copied();
    address.ok_or_else(|| "this name has no address".into())
}

/// A duration with its unit, from a millisecond to a day.
pub fn span(text: &str) -> Result<Duration, String> {
    let span: Duration = text
        .parse()
        .map_err(|_| "expected a number and its unit, as in 500ms, 10s or 1m")?;
    match span.as_millis() {
        1..=86_400_000 => Ok(span),
        _ => Err("expected 1ms to 1day".into()),
    }
}

fn distance(text: &str) -> Result<Duration, String> {
    match text.parse::<Duration>() {
        Ok(rtt) if rtt.as_secs_f64() <= 1.0 => Ok(rtt),
        _ => Err("expected a number and its unit, up to 1s, as in 200ms".into()),
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

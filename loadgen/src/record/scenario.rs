//! A scenario: the conditions of a measurement.

use std::time::Duration;

use anyhow::{anyhow, bail, ensure};
use serde::{Deserialize, Deserializer, de::Error};
use server::{
    Transport,
    base::{
        Bandwidth, Way,
        limits::{self, LONGEST_PUBLISHED},
    },
};

use crate::record::{
    Direction, HeaderProfile, HttpVersion, Peer, Published, Reconnect, Wire, units::duration,
};

/// The conditions of a measurement, without the transport.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Scenario {
    /// Its name in rows, files and charts.
    pub name: String,
    /// Down: the server publishes. Up: the clients publish, in turn, by the means of their transport.
    #[serde(default)]
    pub direction: Direction,
    /// Number of clients.
    pub clients: usize,
    /// Updates per second of all publishers together; 0 for no updates; `None` if the server decides.
    pub rate_per_s: Option<f64>,
    /// Size of each update, or in direction up of each publish, in bytes; `None` if the server decides.
    pub payload_bytes: Option<usize>,
    /// Round-trip time between client and server.
    #[serde(default, deserialize_with = "span")]
    pub rtt: Duration,
    /// Random extra delay in each direction, at most this long.
    #[serde(default, deserialize_with = "span")]
    pub jitter: Duration,
    /// Bandwidth of each connection in each direction; `None` for unlimited.
    pub bandwidth: Option<Bandwidth>,
    /// Length of the measuring window.
    #[serde(deserialize_with = "span")]
    pub duration: Duration,
    /// Time between the last client's first update and the start of the window.
    #[serde(default = "second", deserialize_with = "span")]
    pub warm_up: Duration,
    /// The polling interval, from request to request.
    #[serde(default = "second", deserialize_with = "span")]
    pub interval: Duration,
    /// The request headers that clients send.
    #[serde(default)]
    pub header_profile: HeaderProfile,
    /// Length of a cookie that the clients send with each request, in bytes; 0 for none.
    #[serde(default)]
    pub cookie_bytes: usize,
    /// The HTTP version of the clients.
    #[serde(default)]
    pub http_version: HttpVersion,
    /// Whether the connections are encrypted.
    #[serde(default)]
    pub tls: bool,
    /// Maximum number of updates in a response (`?max=`); `None` for all that are due.
    pub max: Option<usize>,
    /// How clients reconnect after the run, to measure the cost; `None` if they do not.
    #[serde(default, deserialize_with = "Reconnect::from_suite")]
    pub reconnect: Option<Reconnect>,
    /// Whether messages on the link are captured, for the comparison chart.
    #[serde(default)]
    pub capture: bool,
    /// Worker threads of the server; `None` for one per core.
    pub workers: Option<usize>,
    /// Number of NATS brokers that store the feed, each of them all updates; 0 if the feed is in the
    /// memory of the server; `None` if the servers at `--url` decide.
    #[serde(default = "no_brokers")]
    pub brokers: Option<usize>,
    /// Number of servers with the same feed, over which clients are spread.
    #[serde(default = "one")]
    pub servers: usize,
    /// The measured server; `None` for our own. A suite sets it with the key `peers`.
    #[serde(skip)]
    pub target: Option<Peer>,
    /// Whether clients close their connections with a reset. Connections in TIME-WAIT would hide the
    /// kernel's memory of the next run.
    #[serde(skip)]
    pub resets: bool,
}

impl Default for Scenario {
    /// The defaults of `loadgen run`.
    fn default() -> Self {
        Self {
            name: "run".into(),
            direction: Direction::Down,
            clients: 100,
            rate_per_s: Some(1.0),
            payload_bytes: Some(100),
            rtt: Duration::ZERO,
            jitter: Duration::ZERO,
            bandwidth: None,
            duration: Duration::from_secs(10),
            warm_up: second(),
            interval: second(),
            header_profile: HeaderProfile::Browser,
            cookie_bytes: 0,
            http_version: HttpVersion::default(),
            tls: false,
            max: None,
            reconnect: None,
            capture: false,
            workers: None,
            brokers: no_brokers(),
            servers: 1,
            target: None,
            resets: false,
        }
    }
}

/// A number of clients as text.
pub fn count_of_clients(clients: usize) -> String {
    match clients {
        1 => "1 client".into(),
        _ => format!("{clients} clients"),
    }
}

impl Scenario {
    /// Whether nothing is published inside the window.
    pub fn is_silent(&self) -> bool {
        self.rate_per_s == Some(0.0)
    }

    /// Whether brokers are started, which store the feed.
    pub fn has_brokers(&self) -> bool {
        self.brokers.is_some_and(|brokers| brokers > 0)
    }

    /// The link's properties in one direction.
    pub fn way(&self) -> Way {
        Way {
            delay: self.rtt / 2,
            jitter: self.jitter,
            bandwidth: self.bandwidth,
        }
    }

    /// Whether the link is in front of the server.
    pub fn is_linked(&self) -> bool {
        self.capture || self.way() != Way::default()
    }

    /// Time between two updates.
    pub fn period(&self) -> Duration {
        let rate = self.rate_per_s.filter(|&rate| rate > 0.0);
        Duration::from_secs_f64(1.0 / rate.unwrap_or(1.0))
    }

    /// Number of updates planned in the window; `None` if the server decides.
    pub fn updates(&self) -> Option<f64> {
        Some(self.rate_per_s? * self.duration.as_secs_f64())
    }

    /// The conditions in one line.
    pub fn words(&self) -> String {
        let updates = match (self.rate_per_s, self.direction) {
            (None, _) => None,
            (Some(0.0), _) => Some("no updates".into()),
            (Some(1.0), Direction::Down) => Some("1 update/s".into()),
            (Some(rate), Direction::Down) => Some(format!("{rate} updates/s")),
            (Some(rate), Direction::Up) => Some(format!("publishing {rate} updates/s in turn")),
        };
        let payload_bytes = self.payload_bytes.filter(|_| !self.is_silent());
        let span = |name: &str, span: Duration, usual: Duration| {
            (span != usual).then(|| format!("{name} {}", duration(span)))
        };
        let is_at_once = self.reconnect == Some(Reconnect::AtOnce);
        let has_own_profile = self.header_profile != HeaderProfile::Browser;
        let brokers = match self.brokers {
            None | Some(0) => None,
            Some(1) => Some("1 broker".into()),
            Some(brokers) => Some(format!("{brokers} brokers")),
        };
        let wire = match Wire::of(self) {
            Wire::Http1 => None,
            Wire::Http1Tls => Some("TLS".into()),
            Wire::Http2Tls => Some("HTTP/2 and TLS".into()),
        };
        let words = [
            Some(count_of_clients(self.clients)),
            updates,
            payload_bytes.map(|bytes| format!("{bytes} bytes each")),
            span("rtt", self.rtt, Duration::ZERO),
            span("jitter", self.jitter, Duration::ZERO),
            self.bandwidth.map(|bandwidth| bandwidth.to_string()),
            span("interval", self.interval, second()),
            self.max
                .map(|max| format!("at most {max} updates per response")),
            is_at_once.then(|| "all reconnect at once".into()),
            has_own_profile.then(|| format!("{} headers", self.header_profile)),
            (self.cookie_bytes > 0).then(|| format!("a cookie of {} bytes", self.cookie_bytes)),
            brokers,
            (self.servers > 1).then(|| format!("{} servers", self.servers)),
            self.workers.map(|workers| format!("workers {workers}")),
            wire,
            Some(duration(self.duration)),
        ];
        let words: Vec<_> = words.into_iter().flatten().collect();
        words.join(", ")
    }

    /// An error if the scenario should not be measured, although an old record may have it: as
    /// [`Self::check`], and if its name is too long for a file or its window may be empty.
    pub fn check_to_measure(&self) -> anyhow::Result<()> {
        self.check()?;
        ensure!(
            self.name.len() <= LONGEST_NAME_BYTES,
            "the name '{}' is too long for the names of its charts: use at most \
             {LONGEST_NAME_BYTES} characters",
            self.name
        );
        if let Some(rate) = self.rate_per_s.filter(|_| !self.is_silent()) {
            ensure!(
                self.period() <= self.duration,
                "at {rate} updates/s a window of {} may contain no update: use {} or more",
                humantime::format_duration(self.duration),
                humantime::format_duration(self.period())
            );
        }
        Ok(())
    }

    /// An error if the scenario can't be measured, with the limits.
    pub fn check(&self) -> anyhow::Result<()> {
        let Self { name, rtt, .. } = self;
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        ensure!(
            !name.is_empty() && name.chars().all(letter),
            "'{name}' is not a valid scenario name: use a-z, 0-9 and -"
        );
        ensure!(self.clients > 0, "0 clients: use 1 or more");
        self.check_servers()?;
        if let Some(rate) = self.rate_per_s.filter(|_| !self.is_silent()) {
            let rate = limits::rate(&rate.to_string());
            rate.map_err(|reason| anyhow!("the rate: {reason}, or 0 for no updates"))?;
        }
        match self.direction {
            Direction::Down => {
                if let Some(payload_bytes) = self.payload_bytes.filter(|_| !self.is_silent()) {
                    limits::require_ticker_length(payload_bytes)?;
                }
            }
            // The chart shows updates; the cost of publishing is in the rows.
            Direction::Up if self.capture => bail!("capture works only in direction down"),
            Direction::Up => self.check_publishing()?,
        }
        self.check_cookie()?;
        ensure!(
            self.http_version == HttpVersion::Http1 || self.tls,
            "HTTP/2 is measured only over TLS, as browsers use it: add TLS"
        );
        ensure!(
            self.target.is_none() || !self.tls,
            "other servers are measured in clear text: omit TLS"
        );
        ensure!(
            !(self.capture && self.tls && self.clients > 1),
            "capture over TLS supports only one client: set clients = 1"
        );
        for (name, span) in [("duration", self.duration), ("interval", self.interval)] {
            ensure!(
                span >= Duration::from_millis(1),
                "{name} is {span:?}: use 1ms or more"
            );
        }
        ensure!(
            *rtt / 2 + self.jitter <= LONGEST_WAY,
            "the one-way delay (half of the round-trip time of {rtt:?}, plus the jitter of {:?}) exceeds \
             {LONGEST_WAY:?}, and the server would close the connection before its first request \
             arrives: use less",
            self.jitter
        );
        self.check_bandwidth()
    }

    /// An error if the updates exceed the bandwidth, because they would only queue.
    fn check_bandwidth(&self) -> anyhow::Result<()> {
        let each_s = self.rate_per_s.zip(self.payload_bytes);
        if let (Some(bandwidth), Some((rate, bytes))) = (self.bandwidth, each_s) {
            let needed = rate * bytes as f64 * 8.0;
            ensure!(
                needed <= bandwidth.bit_per_s() as f64,
                "{bandwidth} can't carry {rate} updates/s of {bytes} bytes: they need more than \
                 {needed} bit/s"
            );
        }
        Ok(())
    }

    fn check_cookie(&self) -> anyhow::Result<()> {
        let cookie_bytes = self.cookie_bytes;
        ensure!(
            cookie_bytes == 0 || self.header_profile != HeaderProfile::Article2009,
            "the article's headers have their own cookie: omit cookie-bytes"
        );
        ensure!(
            cookie_bytes <= LONGEST_COOKIE_BYTES,
            "a cookie of {cookie_bytes} bytes: browsers keep at most {LONGEST_COOKIE_BYTES}"
        );
        Ok(())
    }

    fn check_servers(&self) -> anyhow::Result<()> {
        let (brokers, servers) = (self.brokers.unwrap_or(0), self.servers);
        ensure!(servers > 0, "0 servers: use 1 or more");
        ensure!(
            self.clients >= servers,
            "{} for {servers} servers: use at least one for each server",
            count_of_clients(self.clients)
        );
        ensure!(
            servers == 1 || self.brokers != Some(0),
            "several servers need brokers that store their feed: set brokers = 1 or more"
        );
        ensure!(
            servers == 1 || !self.capture,
            "capture supports only one server"
        );
        ensure!(
            brokers <= MOST_BROKERS,
            "{brokers} brokers: a stream is stored by at most {MOST_BROKERS}"
        );
        ensure!(
            brokers == 0 || !(self.tls || self.target.is_some() || self.is_silent()),
            "brokers are measured with our own server, in clear text and with updates: omit \
             peers and TLS, and set a rate above 0"
        );
        Ok(())
    }

    /// Rejects a transport that does not run over the version of HTTP.
    pub fn check_transport(&self, transport: Transport) -> anyhow::Result<()> {
        ensure!(
            Wire::of(self).carries(transport),
            "a WebSocket runs over HTTP/1.1: the server does not announce the extended CONNECT \
             of HTTP/2 (RFC 8441)"
        );
        Ok(())
    }

    fn check_publishing(&self) -> anyhow::Result<()> {
        ensure!(
            self.rate_per_s.is_some_and(|rate| rate != 0.0),
            "direction up requires a rate above 0: set the number of updates per second; to measure \
             idle clients, use direction down with rate 0"
        );
        let least = Published::least_bytes(self.clients);
        let (payload_bytes, most) = (self.payload_bytes.unwrap_or(0), LONGEST_PUBLISHED);
        ensure!(
            (least..=most).contains(&payload_bytes),
            "clients can't publish {payload_bytes} bytes: use {least} to {most}"
        );
        Ok(())
    }
}

/// A file's name is at most 255 bytes on common file systems, and a chart's name has more parts.
const LONGEST_NAME_BYTES: usize = 100;

/// The size that user agents must support at least (RFC 6265, section 6.1), and the limit of browsers.
const LONGEST_COOKIE_BYTES: usize = 4096;

/// JetStream keeps at most this many replicas of a stream.
const MOST_BROKERS: usize = 5;

/// The server waits 5 s for the first request of a connection (actix's default), which arrives two
/// one-way delays after the connect.
const LONGEST_WAY: Duration = Duration::from_secs(2);

fn second() -> Duration {
    Duration::from_secs(1)
}

fn no_brokers() -> Option<usize> {
    Some(0)
}

fn one() -> usize {
    1
}

/// Durations with their unit: `100ms`.
fn span<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    humantime::parse_duration(&text).map_err(|error| {
        D::Error::custom(format!(
            "'{text}' is not a valid duration, such as 100ms or 10s: {error}"
        ))
    })
}

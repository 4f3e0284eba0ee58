//! What is measured, under which conditions?

use std::time::Duration;

use anyhow::{anyhow, bail};
use serde::{Deserialize, Deserializer, de::Error};
use server::{
    Transport,
    base::{
        Bandwidth, Way,
        limits::{self, LONGEST_PUBLISHED},
    },
};

use crate::record::{
    Direction, Peer, header_profile::HeaderProfile, http_version::HttpVersion,
    published::Published, reconnect::Reconnect,
};

/// The conditions of one measurement; all but the transport.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Scenario {
    /// Its name in rows, files and charts.
    pub name: String,
    /// Down: the server has updates, and clients receive. Up: the clients publish them besides, in
    /// turn, each by its transport's own means.
    #[serde(default = "down")]
    pub direction: Direction,
    /// How many clients there are.
    pub clients: usize,
    /// Updates per second, over all who publish; 0 for a silent feed; `None` where the server
    /// decides.
    pub rate_per_s: Option<f64>,
    /// Bytes of each update; in direction up, of what is published. `None` where the server
    /// decides.
    pub payload_bytes: Option<usize>,
    /// Delay from client to server and back.
    #[serde(default, deserialize_with = "span")]
    pub rtt: Duration,
    /// Up to this much more on each way.
    #[serde(default, deserialize_with = "span")]
    pub jitter: Duration,
    /// Of each connection, each way; `None` for no bound.
    #[serde(default)]
    pub bandwidth: Option<Bandwidth>,
    /// Length of the measuring window.
    #[serde(deserialize_with = "span")]
    pub duration: Duration,
    /// From the first update of the last client to the window.
    #[serde(default = "second", deserialize_with = "span")]
    pub warm_up: Duration,
    /// From request to request of clients that repeat.
    #[serde(default = "second", deserialize_with = "span")]
    pub interval: Duration,
    /// Whose request heads the clients send.
    #[serde(default)]
    pub header_profile: HeaderProfile,
    /// Length of a cookie that the clients send with each request, in bytes; 0 for none.
    #[serde(default)]
    pub cookie_bytes: usize,
    /// Which version of HTTP the clients speak.
    #[serde(default)]
    pub http_version: HttpVersion,
    /// Whether the connections are encrypted.
    #[serde(default)]
    pub tls: bool,
    /// The most updates of one answer, asked for by `?max=`; `None` for all that are due.
    #[serde(default)]
    pub max: Option<usize>,
    /// How each client connects once more after the run, to see what that costs; `None` for not at
    /// all.
    #[serde(default, deserialize_with = "Reconnect::from_suite")]
    pub reconnect: Option<Reconnect>,
    /// Whether what passes on the link is kept, for the comparison chart.
    #[serde(default)]
    pub capture: bool,
    /// Threads that serve; `None` for as many as the machine has cores.
    #[serde(default)]
    pub workers: Option<usize>,
    /// The server that is measured; `None` for our own. A suite says it with the key `peers`.
    #[serde(skip)]
    pub target: Option<Peer>,
    /// Whether clients close their connections by a reset. Connections in TIME-WAIT would hide the
    /// kernel's memory of the next run.
    #[serde(skip)]
    pub resets: bool,
}

impl Default for Scenario {
    /// What `loadgen run` measures where it is not told otherwise.
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
            target: None,
            resets: false,
        }
    }
}

/// A number of clients in words.
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

    /// One way between client and server.
    pub fn way(&self) -> Way {
        Way {
            delay: self.rtt / 2,
            jitter: self.jitter,
            bandwidth: self.bandwidth,
        }
    }

    /// Whether the link stands before the server.
    pub fn is_linked(&self) -> bool {
        self.capture || self.way() != Way::default()
    }

    /// From one update to the next.
    pub fn period(&self) -> Duration {
        let rate = self.rate_per_s.filter(|&rate| rate > 0.0);
        Duration::from_secs_f64(1.0 / rate.unwrap_or(1.0))
    }

    /// How many updates are planned in the window; `None` where the server decides.
    pub fn updates(&self) -> Option<f64> {
        Some(self.rate_per_s? * self.duration.as_secs_f64())
    }

    /// The conditions in one line.
    pub fn words(&self) -> String {
        let mut words = count_of_clients(self.clients);
        match (self.rate_per_s, self.direction) {
            (Some(0.0), _) => words += ", no updates",
            (Some(1.0), Direction::Down) => words += ", 1 update/s",
            (Some(rate), Direction::Down) => words += &format!(", {rate} updates/s"),
            (Some(rate), Direction::Up) => {
                words += &format!(" that publish {rate} updates/s in turn");
            }
            (None, _) => {}
        }
        if let Some(payload_bytes) = self.payload_bytes.filter(|_| !self.is_silent()) {
            words += &format!(", {payload_bytes} bytes each");
        }
        let span = |name: &str, span: Duration| match span {
            Duration::ZERO => String::new(),
            span => format!(", {name} {}", humantime::format_duration(span)),
        };
        words += &span("rtt", self.rtt);
        words += &span("jitter", self.jitter);
        if let Some(bandwidth) = self.bandwidth {
            words += &format!(", {bandwidth}");
        }
        if self.interval != second() {
            words += &span("interval", self.interval);
        }
        if let Some(max) = self.max {
            words += &format!(", at most {max} in an answer");
        }
        if self.reconnect == Some(Reconnect::AtOnce) {
            words += ", all reconnect at once";
        }
        if self.header_profile != HeaderProfile::Browser {
            words += &format!(", heads of {}", self.header_profile);
        }
        if self.cookie_bytes > 0 {
            words += &format!(", a cookie of {} bytes", self.cookie_bytes);
        }
        if let Some(workers) = self.workers {
            words += &format!(", workers {workers}");
        }
        match (self.http_version, self.tls) {
            (HttpVersion::Http1, false) => {}
            (HttpVersion::Http1, true) => words += ", TLS",
            (HttpVersion::Http2, _) => words += ", HTTP/2 and TLS",
        }
        words + &format!(", {}", humantime::format_duration(self.duration))
    }

    /// Refuses what should not be measured, though a record may have it: what [`Self::check`]
    /// refuses, a name that is too long for a file, and a window that may be empty.
    pub fn check_to_measure(&self) -> anyhow::Result<()> {
        self.check()?;
        if self.name.len() > LONGEST_NAME_BYTES {
            bail!(
                "the name '{}' is too long for the names of its charts: take up to \
                 {LONGEST_NAME_BYTES} characters",
                self.name
            );
        }
        let has_rate = self.rate_per_s.is_some() && !self.is_silent();
        if has_rate && self.period() > self.duration {
            bail!(
                "at {} updates/s a window of {} may contain none: take {} or more",
                self.rate_per_s.unwrap_or_default(),
                humantime::format_duration(self.duration),
                humantime::format_duration(self.period())
            );
        }
        Ok(())
    }

    /// Refuses what can't be measured, with the least that works.
    pub fn check(&self) -> anyhow::Result<()> {
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || !self.name.chars().all(letter) {
            bail!(
                "'{}' is no name for a scenario: take a-z, 0-9 and -",
                self.name
            );
        }
        if self.clients == 0 {
            bail!("0 clients: take 1 or more");
        }
        if let Some(rate) = self.rate_per_s.filter(|_| !self.is_silent()) {
            let rate = limits::rate(&rate.to_string());
            rate.map_err(|reason| anyhow!("the rate: {reason}, or 0 for a silent feed"))?;
        }
        match self.direction {
            Direction::Down => {
                if let Some(payload_bytes) = self.payload_bytes.filter(|_| !self.is_silent()) {
                    limits::require_ticker_length(payload_bytes)?;
                }
            }
            // The chart tells of updates; what publishing takes stands in the rows.
            Direction::Up if self.capture => bail!("capture is for direction down"),
            Direction::Up => self.check_publishing()?,
        }
        self.check_cookie()?;
        if self.http_version == HttpVersion::Http2 && !self.tls {
            bail!(
                "HTTP/2 is measured over TLS only, since browsers speak it nowhere else: add TLS"
            );
        }
        if self.target.is_some() && self.tls {
            bail!("other servers are measured in clear text: leave TLS out");
        }
        if self.capture && self.tls && self.clients > 1 {
            bail!("over TLS the capture of a scenario is of 1 client");
        }
        let spans = [("duration", self.duration), ("interval", self.interval)];
        for (name, span) in spans {
            if span < Duration::from_millis(1) {
                bail!("a {name} of {span:?}: take 1ms or more");
            }
        }
        if self.rtt / 2 + self.jitter > LONGEST_WAY {
            bail!(
                "half of the round trip of {:?} and the jitter of {:?} are more than {LONGEST_WAY:?}: \
                 take less, or the server does not wait for the first request",
                self.rtt,
                self.jitter
            );
        }
        self.check_bandwidth()
    }

    /// What is more than the wire carries would only queue.
    fn check_bandwidth(&self) -> anyhow::Result<()> {
        let each_s = self.rate_per_s.zip(self.payload_bytes);
        if let (Some(bandwidth), Some((rate, bytes))) = (self.bandwidth, each_s) {
            let needed = rate * bytes as f64 * 8.0;
            if needed > bandwidth.bit_per_s() as f64 {
                bail!(
                    "{bandwidth} can't carry {rate} updates a second of {bytes} bytes: they take \
                     {needed} bit/s and more"
                );
            }
        }
        Ok(())
    }

    fn check_cookie(&self) -> anyhow::Result<()> {
        let has_own = self.header_profile == HeaderProfile::Article2009;
        if self.cookie_bytes > 0 && has_own {
            bail!("the headers of the article have a cookie of their own: leave cookie-bytes out");
        }
        if self.cookie_bytes > LONGEST_COOKIE_BYTES {
            bail!(
                "a cookie of {} bytes: browsers keep up to {LONGEST_COOKIE_BYTES}",
                self.cookie_bytes
            );
        }
        Ok(())
    }

    /// Rejects a transport that does not run over the version of HTTP.
    pub fn check_transport(&self, transport: Transport) -> anyhow::Result<()> {
        if transport == Transport::WebSocket && self.http_version == HttpVersion::Http2 {
            bail!(
                "a WebSocket runs over HTTP/1.1: the server does not announce the extended CONNECT \
                 of HTTP/2 (RFC 8441)"
            );
        }
        Ok(())
    }

    fn check_publishing(&self) -> anyhow::Result<()> {
        if self.is_silent() || self.rate_per_s.is_none() {
            bail!(
                "direction up without a rate: say how many updates a second are published; at rate \
                 0 nobody publishes, which is direction down"
            );
        }
        let least = Published::least_bytes(self.clients);
        let (asked, most) = (self.payload_bytes.unwrap_or(0), LONGEST_PUBLISHED);
        if !(least..=most).contains(&asked) {
            bail!("{asked} bytes to publish: take {least} to {most}");
        }
        Ok(())
    }
}

/// A file's name is at most 255 bytes on common file systems, and a chart's name has more parts.
const LONGEST_NAME_BYTES: usize = 100;

/// What user agents have to support at least (RFC 6265, section 6.1), and browsers do.
const LONGEST_COOKIE_BYTES: usize = 4096;

/// The server waits 5 s for the first request of a connection, as is actix's way, and it comes two
/// ways after the connect.
const LONGEST_WAY: Duration = Duration::from_secs(2);

fn down() -> Direction {
    Direction::Down
}

fn second() -> Duration {
    Duration::from_secs(1)
}

/// Durations as people write them, with their unit: `100ms`.
fn span<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    humantime::parse_duration(&text).map_err(|error| {
        D::Error::custom(format!(
            "'{text}' is no duration such as 100ms or 10s: {error}"
        ))
    })
}

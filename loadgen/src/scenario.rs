//! What is measured, under which conditions?

use std::time::Duration;

use anyhow::{anyhow, bail};
use serde::{Deserialize, Serialize};
use server::{room, source::Ticker};

/// The conditions of one measurement; all but the transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Its name in rows, files and charts.
    pub name: String,
    /// How many clients receive.
    pub clients: usize,
    /// Updates per second; `None` where the server decides.
    pub rate_per_s: Option<f64>,
    /// Bytes of each update; `None` where the server decides.
    pub payload_bytes: Option<usize>,
    /// Delay from client to server and back.
    #[serde(default, with = "span")]
    pub rtt: Duration,
    /// Length of the measuring window.
    #[serde(with = "span")]
    pub duration: Duration,
    /// From the first update of the last client to the window.
    #[serde(default = "second", with = "span")]
    pub warm_up: Duration,
    /// From request to request of clients that repeat.
    #[serde(default = "second", with = "span")]
    pub interval: Duration,
    /// Whether what passes on the link is kept, for the comparison figure.
    #[serde(default)]
    pub capture: bool,
}

impl Scenario {
    /// The conditions in one line.
    pub fn words(&self) -> String {
        let mut words = match self.clients {
            1 => "1 client".into(),
            clients => format!("{clients} clients"),
        };
        if let Some(rate) = self.rate_per_s {
            words += &format!(", {rate} updates/s");
        }
        if let Some(payload_bytes) = self.payload_bytes {
            words += &format!(", {payload_bytes} bytes each");
        }
        if !self.rtt.is_zero() {
            words += &format!(", rtt {}", humantime::format_duration(self.rtt));
        }
        words + &format!(", {}", humantime::format_duration(self.duration))
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
        if let Some(rate) = self.rate_per_s {
            let rate = server::settings::rate(&rate.to_string());
            rate.map_err(|reason| anyhow!("the rate: {reason}"))?;
        }
        if let Some(payload_bytes) = self.payload_bytes {
            Ticker::new(payload_bytes, 0)?;
        }
        let spans = [("duration", self.duration), ("interval", self.interval)];
        for (name, span) in spans {
            if span < Duration::from_millis(1) {
                bail!("a {name} of {span:?}: take 1ms or more");
            }
        }
        if self.rtt > LONGEST_RTT {
            bail!(
                "a round trip of {:?}: take {LONGEST_RTT:?} or less",
                self.rtt
            );
        }
        Ok(())
    }
}

impl Scenario {
    /// Refuses more clients than fit, before it is found out half-way: this process opens files
    /// for each, and the server, which keeps as many free as this one, one more.
    pub fn require_room(&self) -> anyhow::Result<()> {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        let files = limit
            .map_or(usize::MAX, |limit| limit as usize)
            .saturating_sub(room::BESIDES);
        let linked = !self.rtt.is_zero() || self.capture;
        let most = files / if linked { 3 } else { 1 };
        if self.clients > most {
            bail!(
                "{} clients are more than the {most} that fit: ulimit -n is {}{}",
                self.clients,
                limit.unwrap_or_default(),
                if linked {
                    ", and a client behind the link takes three files"
                } else {
                    ""
                }
            );
        }
        Ok(())
    }
}

const LONGEST_RTT: Duration = Duration::from_secs(60);

fn second() -> Duration {
    Duration::from_secs(1)
}

/// Durations as people write them, with their unit: `100ms`.
mod span {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(span: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&humantime::format_duration(*span))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        let text = String::deserialize(from)?;
        humantime::parse_duration(&text).map_err(|error| {
            D::Error::custom(format!(
                "'{text}' is no duration such as 100ms or 10s: {error}"
            ))
        })
    }
}

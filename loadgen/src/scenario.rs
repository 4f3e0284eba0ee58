//! What is measured, under which conditions?

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The conditions of one measurement; all but the transport.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

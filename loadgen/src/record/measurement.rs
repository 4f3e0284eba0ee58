//! What came out: one transport in one scenario. The row that all charts and tables read.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use server::Transport;

use crate::record::{
    Direction::{self, Down},
    bytes::{ByDirection, Bytes, BytesPerUpdate},
    header_profile::HeaderProfile,
};

/// One measurement. Units are in the names; every field is always there, and a leaf that was not
/// measured is null. (Records from before a field was there lack it.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the names are the contract; METHODOLOGY.md explains each"
)]
pub struct Measurement {
    pub transport: Transport,
    pub scenario: String,
    #[serde(default = "down")]
    pub direction: Direction,
    pub clients: usize,
    pub rate_per_s: Option<f64>,
    pub payload_bytes: Option<usize>,
    pub rtt_us: u64,
    #[serde(default)]
    pub jitter_us: u64,
    #[serde(default)]
    pub bandwidth_bit_per_s: Option<u64>,
    #[serde(default)]
    pub interval_us: Option<u64>,
    /// The most updates of one answer; null for all that are due.
    #[serde(default)]
    pub max: Option<usize>,
    #[serde(default)]
    pub warm_up_s: Option<f64>,
    pub duration_s: f64,
    pub header_profile: HeaderProfile,
    pub updates_expected: u64,
    pub updates_received: u64,
    pub lost: u64,
    pub duplicated: u64,
    pub reordered: u64,
    pub reconnects: u64,
    pub latency_us: LatencyUs,
    #[serde(default)]
    pub first_update_us: LatencyUs,
    pub bytes_per_update: BytesPerUpdate,
    #[serde(default)]
    pub bytes_per_update_by_direction: Option<ByDirection<BytesPerUpdate>>,
    /// With the response head of the founding article in the place of our server's.
    #[serde(default)]
    pub bytes_per_update_by_arithmetic: Option<BytesPerUpdate>,
    pub bytes_total: Bytes<u64>,
    #[serde(default)]
    pub bytes_total_by_direction: Option<ByDirection<Bytes<u64>>>,
    pub unexplained_bytes: Option<i64>,
    pub requests_per_update: Option<f64>,
    pub packets_per_update: Option<f64>,
    #[serde(default)]
    pub idle_bytes_per_client_minute: Option<f64>,
    #[serde(default)]
    pub reconnect_us: LatencyUs,
    #[serde(default)]
    pub reconnect_bytes: Option<f64>,
    /// Null in direction down.
    #[serde(default)]
    pub publish: Option<Publish>,
    pub server: ServerCost,
    pub generator_late_us_p99: Option<u64>,
    #[serde(default)]
    pub generator_late_us_max: Option<u64>,
    #[serde(default)]
    pub generator_cpu_share: Option<f64>,
    pub warnings: Vec<String>,
    pub error: Option<String>,
}

impl Measurement {
    /// Why it is to be distrusted: its warnings, and its error at the end, each with the word for
    /// what it is.
    pub fn remarks(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let warnings = self.warnings.iter().map(|why| ("warning", why.as_str()));
        warnings.chain(self.error.iter().map(|why| ("error", why.as_str())))
    }
}

fn down() -> Direction {
    Down
}

/// What publishing took: the clients' own updates, in direction up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Publish {
    /// Publishes planned inside the window.
    pub count: u64,
    /// From the planned instant to that at which the server accepted it.
    pub accepted_us: LatencyUs,
    /// From the planned instant to the arrival at the client that published it.
    pub round_trip_us: LatencyUs,
    /// What a publish took on the wire; the payload is the published data.
    pub bytes_per_publish: BytesPerUpdate,
    /// Packets both ways.
    pub packets_per_publish: Option<f64>,
}

/// Latency from the planned instant, of every update and client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "percentiles, named as usual")]
pub struct LatencyUs {
    pub min: Option<u64>,
    pub mean: Option<f64>,
    pub p50: Option<u64>,
    pub p90: Option<u64>,
    pub p99: Option<u64>,
    pub p999: Option<u64>,
    pub max: Option<u64>,
    pub count: u64,
}

/// What the server spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "units are in the names")]
pub struct ServerCost {
    pub cpu_us_per_update: Option<f64>,
    pub rss_bytes: Option<u64>,
    pub rss_bytes_per_client: Option<f64>,
}

impl LatencyUs {
    /// The percentiles of a histogram; null when it is empty.
    pub fn of(histogram: &Histogram<u64>) -> Self {
        if histogram.is_empty() {
            return Self::default();
        }
        let at = |quantile| Some(histogram.value_at_quantile(quantile));
        Self {
            min: Some(histogram.min()),
            mean: Some((histogram.mean() * 10.0).round() / 10.0),
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p999: at(0.999),
            max: Some(histogram.max()),
            count: histogram.len(),
        }
    }
}

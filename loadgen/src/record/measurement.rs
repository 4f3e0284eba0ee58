//! A measurement: one transport in one scenario. All charts and tables are made from these rows.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use server::Transport;

use crate::record::{
    bytes::{ByDirection, Bytes, BytesPerUpdate},
    conditions::Conditions,
    invalid::ErrorCode,
    scenario::Scenario,
};

/// One measurement. Units are part of the names. Every field is always present; a leaf that was not
/// measured is null. Old records lack newer fields, which are read as null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the other names are the contract and say what they are"
)]
pub struct Measurement {
    pub transport: Transport,
    /// The scenario, in the same JSON object.
    #[serde(flatten)]
    pub conditions: Conditions,
    pub updates_expected: u64,
    pub updates_received: u64,
    pub lost: u64,
    pub duplicated: u64,
    pub reordered: u64,
    pub reconnects: u64,
    pub latency_us: LatencyUs,
    /// The source of the arrival times; null if nothing arrived.
    pub arrival: Option<ArrivalTime>,
    /// Time from the arrival of an update until the load generator read it.
    #[serde(default)]
    pub read_delay_us: Percentiles,
    /// The delay of updates caused by a late request of the load generator.
    #[serde(default)]
    pub ask_again_us: Percentiles,
    /// Offset of the clients' first requests from the start of their interval.
    pub phase_offset_us: Option<u64>,
    /// Arrivals with the time of the read instead of a kernel timestamp.
    pub arrivals_without_timestamp: Option<u64>,
    /// Arrivals with the timestamp of a later one, because one read returned both.
    pub arrivals_sharing_timestamp: Option<u64>,
    #[serde(default)]
    pub first_update_us: LatencyUs,
    pub bytes_per_update: BytesPerUpdate,
    pub bytes_per_update_by_direction: Option<ByDirection<BytesPerUpdate>>,
    /// The same with the header profile `article-2009`, computed with the length of the article's
    /// response header (193 bytes) instead of our server's.
    pub bytes_per_update_by_arithmetic: Option<BytesPerUpdate>,
    pub bytes_total: Bytes<u64>,
    pub bytes_total_by_direction: Option<ByDirection<Bytes<u64>>>,
    pub unexplained_bytes: Option<i64>,
    pub requests_per_update: Option<f64>,
    pub packets_per_update: Option<f64>,
    /// Bytes per second on the connections of all clients, in all classes except `setup`: from each
    /// client's last update before the window to its last update of the window, by the clock. Null
    /// in direction up, in silent scenarios, and if packets are not counted.
    pub wire_bytes_per_s: Option<f64>,
    /// At rate 0: bytes of an idle client, over whole cycles between heartbeats or responses.
    pub idle_bytes_per_client_minute: Option<f64>,
    /// Bytes of class `setup` per client, without those of the reconnect.
    pub connect_setup_bytes: Option<f64>,
    #[serde(default)]
    pub reconnect_us: LatencyUs,
    pub reconnect_bytes: Option<f64>,
    /// The bytes of class `setup` in `reconnect_bytes`.
    pub reconnect_setup_bytes: Option<f64>,
    /// Null in direction down.
    pub publish: Option<Publish>,
    pub server: ServerCost,
    pub generator_late_us_p99: Option<u64>,
    pub generator_late_us_max: Option<u64>,
    pub generator_cpu_share: Option<f64>,
    pub warnings: Vec<String>,
    /// Why the run is invalid, as a sentence.
    pub error: Option<String>,
    /// The category of the error.
    pub error_code: Option<ErrorCode>,
}

impl Measurement {
    /// A row without measured values.
    pub fn empty(transport: Transport, scenario: &Scenario) -> Self {
        Self {
            transport,
            conditions: Conditions::of(transport, scenario),
            bytes_total: Bytes::of(|_| Some(0)),
            ..Self::default()
        }
    }

    /// Whether the machine caused the error, so that another attempt may succeed.
    pub fn is_retryable(&self) -> bool {
        self.error_code.is_some_and(ErrorCode::is_retryable)
    }

    /// Its warnings and then its error, each with the word `warning` or `error`.
    pub fn remarks(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let warnings = self.warnings.iter().map(|why| ("warning", why.as_str()));
        warnings.chain(self.error.iter().map(|why| ("error", why.as_str())))
    }
}

/// The cost of publishing, in direction up.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Publish {
    /// Publishes planned inside the window.
    pub count: u64,
    /// CPU time of the server for a publish and its delivery. Null if there are several clients,
    /// because it would consist mostly of deliveries.
    pub server_cpu_us_per_publish: Option<f64>,
    /// Time from the planned time of a publish until the server accepted it.
    pub accepted_us: LatencyUs,
    /// Time from the planned time of a publish until its publisher received the update.
    pub round_trip_us: LatencyUs,
    /// Bytes of a publish on the wire. The payload is the published data.
    pub bytes_per_publish: BytesPerUpdate,
    /// Packets in both directions.
    pub packets_per_publish: Option<f64>,
}

/// Latency from the planned time, over all updates and clients.
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

/// The source of the arrival times of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArrivalTime {
    /// The kernel's timestamp of the received packet.
    Kernel,
    /// The time of the read in the load generator, or of the script in a browser.
    Read,
}

/// Two percentiles of a duration; null if there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "percentiles, named as usual")]
pub struct Percentiles {
    pub p50: Option<u64>,
    pub p99: Option<u64>,
}

impl Percentiles {
    /// The percentiles of a histogram.
    pub fn of(histogram: &Histogram<u64>) -> Self {
        let LatencyUs { p50, p99, .. } = LatencyUs::of(histogram);
        Self { p50, p99 }
    }
}

/// CPU and memory of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "units are in the names")]
pub struct ServerCost {
    /// CPU time over the window per delivery. It includes publishing (up to 60 µs of waiting for
    /// each planned time) and empty polls.
    pub cpu_us_per_update: Option<f64>,
    /// CPU time for each client and second of a silent window. It includes what the process uses
    /// without clients.
    pub idle_cpu_us_per_client_s: Option<f64>,
    pub rss_bytes: Option<u64>,
    /// Growth of the process since before the first client, including the allocator's reserve.
    pub rss_bytes_per_client: Option<f64>,
    /// Kernel memory for the server's ends of a client's connections: half of the growth of `Slab`
    /// in `/proc/meminfo`, because both ends are on this machine. It includes whatever else uses
    /// the kernel meanwhile, so measure it on an idle machine, several times. Null with fewer than
    /// 1,000 clients; while more earlier connections are in TIME-WAIT than there are clients,
    /// because the kernel frees them during the run; behind a link, which has connections of its
    /// own; and for runs that share the machine.
    pub kernel_bytes_per_client: Option<f64>,
    /// CPU time of all brokers over the window per delivery. Brokers deliver an update once to each
    /// server, so divide by the number of clients less, and compare at the same number. Null without
    /// brokers.
    pub broker_cpu_us_per_update: Option<f64>,
}

impl LatencyUs {
    /// The percentiles of a histogram; null if it is empty.
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

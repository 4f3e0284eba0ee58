//! What came out: one transport in one scenario. The row that all charts and tables read.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use server::{
    Transport,
    link::Direction::{self, Down, Up},
};

use crate::{
    distrust::Distrust,
    heads::Profile,
    ledger::{Class, Ledger},
    scenario::Scenario,
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
    pub header_profile: Profile,
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
    /// A row without figures: what was to be measured, and why it was not.
    pub fn none(transport: Transport, scenario: &Scenario, why: &Distrust) -> Self {
        let nothing = Ledger::default();
        Self {
            transport,
            scenario: scenario.name.clone(),
            direction: scenario.direction,
            clients: scenario.clients,
            rate_per_s: scenario.rate_per_s,
            payload_bytes: scenario.payload_bytes,
            rtt_us: scenario.rtt.as_micros() as u64,
            jitter_us: scenario.jitter.as_micros() as u64,
            bandwidth_bit_per_s: scenario.bandwidth.map(|bandwidth| bandwidth.bit_per_s()),
            interval_us: Some(scenario.interval.as_micros() as u64),
            max: scenario.max,
            warm_up_s: Some(scenario.warm_up.as_secs_f64()),
            duration_s: scenario.duration.as_secs_f64(),
            header_profile: scenario.header_profile,
            updates_expected: 0,
            updates_received: 0,
            lost: 0,
            duplicated: 0,
            reordered: 0,
            reconnects: 0,
            latency_us: LatencyUs::default(),
            first_update_us: LatencyUs::default(),
            bytes_per_update: BytesPerUpdate::of(&nothing),
            bytes_per_update_by_direction: None,
            bytes_per_update_by_arithmetic: None,
            bytes_total: Bytes::total(&nothing),
            bytes_total_by_direction: None,
            unexplained_bytes: None,
            requests_per_update: None,
            packets_per_update: None,
            idle_bytes_per_client_minute: None,
            reconnect_us: LatencyUs::default(),
            reconnect_bytes: None,
            publish: None,
            server: ServerCost::default(),
            generator_late_us_p99: None,
            generator_late_us_max: None,
            generator_cpu_share: None,
            warnings: Vec::new(),
            error: Some(why.words()),
        }
    }

    /// The row turned into an error: a reason, and no figure that could be taken for a result. The
    /// counts of the audit, the bytes of whole connections and what is said of the generator stay.
    pub fn void(self, scenario: &Scenario, why: &Distrust) -> Self {
        Self {
            updates_expected: self.updates_expected,
            updates_received: self.updates_received,
            lost: self.lost,
            duplicated: self.duplicated,
            reordered: self.reordered,
            reconnects: self.reconnects,
            bytes_total: self.bytes_total,
            bytes_total_by_direction: self.bytes_total_by_direction,
            unexplained_bytes: self.unexplained_bytes,
            generator_late_us_p99: self.generator_late_us_p99,
            generator_late_us_max: self.generator_late_us_max,
            generator_cpu_share: self.generator_cpu_share,
            warnings: self.warnings,
            ..Self::none(self.transport, scenario, why)
        }
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

/// A thing of each direction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByDirection<T> {
    /// From the clients to the server.
    pub up: T,
    /// From the server to the clients.
    pub down: T,
}

impl<T> ByDirection<T> {
    /// The same of both.
    pub fn of(each: impl Fn(&[Direction]) -> T) -> Self {
        Self {
            up: each(&[Up]),
            down: each(&[Down]),
        }
    }
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

/// Bytes by class of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "see ledger::Class")]
pub struct Bytes<N> {
    pub payload: Option<N>,
    pub format: Option<N>,
    pub request_head: Option<N>,
    pub response_head: Option<N>,
    pub chunk: Option<N>,
    pub websocket_frame: Option<N>,
    pub idle: Option<N>,
    pub setup: Option<N>,
    pub tls: Option<N>,
    pub tcp_ip: Option<N>,
}

/// Bytes by class for each delivery inside the window.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BytesPerUpdate {
    /// By class.
    #[serde(flatten)]
    pub classes: Bytes<f64>,
    /// All that is known of the classes but `setup`, which is paid once and not per update.
    pub total: Option<f64>,
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
    /// The figures of a histogram; null when it is empty.
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

impl<N> Bytes<N> {
    /// The bytes of a class.
    pub fn class(&self, class: Class) -> Option<&N> {
        match class {
            Class::Payload => self.payload.as_ref(),
            Class::Format => self.format.as_ref(),
            Class::RequestHead => self.request_head.as_ref(),
            Class::ResponseHead => self.response_head.as_ref(),
            Class::Chunk => self.chunk.as_ref(),
            Class::WebsocketFrame => self.websocket_frame.as_ref(),
            Class::Idle => self.idle.as_ref(),
            Class::Setup => self.setup.as_ref(),
            Class::Tls => self.tls.as_ref(),
            Class::TcpIp => self.tcp_ip.as_ref(),
        }
    }

    fn of(ledger: &Ledger, ways: &[Direction], measure: impl Fn(u64) -> Option<N>) -> Self {
        let class = |class| measure(ledger.bytes_of(ways, class));
        Self {
            payload: class(Class::Payload),
            format: class(Class::Format),
            request_head: class(Class::RequestHead),
            response_head: class(Class::ResponseHead),
            chunk: class(Class::Chunk),
            websocket_frame: class(Class::WebsocketFrame),
            idle: class(Class::Idle),
            setup: class(Class::Setup),
            // No connection of ours is encrypted.
            tls: measure(0),
            tcp_ip: ledger
                .knows_packets()
                .then(|| class(Class::TcpIp))
                .flatten(),
        }
    }
}

impl BytesPerUpdate {
    /// Everything around the payload.
    pub fn overhead(&self) -> Option<f64> {
        Some(self.total? - self.classes.payload?)
    }

    /// The bytes of a span divided by its deliveries; null without one.
    pub fn of(ledger: &Ledger) -> Self {
        Self::of_ways(ledger, &[Up, Down])
    }

    /// The same of some directions.
    pub fn of_ways(ledger: &Ledger, ways: &[Direction]) -> Self {
        let paid = |&class: &Class| class != Class::Setup;
        let paid = Class::ALL.into_iter().filter(paid);
        let total = paid.map(|class| ledger.bytes_of(ways, class)).sum();
        Self {
            classes: Bytes::of(ledger, ways, |bytes| per(bytes, ledger.deliveries)),
            total: per(total, ledger.deliveries),
        }
    }

    /// The same if each response head had so many bytes.
    pub fn with_response_heads_of(self, ledger: &Ledger, head_bytes: u64) -> Self {
        let measured = self.classes.response_head.unwrap_or(0.0);
        let answered = if measured > 0.0 { ledger.requests } else { 0 };
        let response_head = per(answered * head_bytes, ledger.deliveries);
        let change = response_head.map(|bytes| bytes - measured);
        Self {
            total: self
                .total
                .zip(change)
                .map(|(total, change)| rounded(total + change)),
            classes: Bytes {
                response_head,
                ..self.classes
            },
        }
    }
}

impl Bytes<u64> {
    /// Bytes of whole connections.
    pub fn total(ledger: &Ledger) -> Self {
        Self::total_of(ledger, &[Up, Down])
    }

    /// The same of some directions.
    pub fn total_of(ledger: &Ledger, ways: &[Direction]) -> Self {
        Self::of(ledger, ways, Some)
    }
}

/// `amount` for each of `count`, to a thousandth; `None` for none.
pub fn per(amount: u64, count: u64) -> Option<f64> {
    (count > 0).then(|| rounded(amount as f64 / count as f64))
}

fn rounded(figure: f64) -> f64 {
    (figure * 1000.0).round() / 1000.0
}

//! What came out: one transport in one scenario. The row that all charts and tables read.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use server::Transport;

use crate::{
    ledger::{Class, Ledger},
    scenario::Scenario,
};

/// The version of the request heads that clients send.
pub const HEADER_PROFILE: &str = "browser";

/// One measurement. Units are in the names; every field is always there, and a leaf that was not
/// measured is null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the names are the contract; METHODOLOGY.md explains each"
)]
pub struct Measurement {
    pub transport: Transport,
    pub scenario: String,
    pub clients: usize,
    pub rate_per_s: Option<f64>,
    pub payload_bytes: Option<usize>,
    pub rtt_us: u64,
    pub duration_s: f64,
    pub header_profile: String,
    pub updates_expected: u64,
    pub updates_received: u64,
    pub lost: u64,
    pub duplicated: u64,
    pub reordered: u64,
    pub reconnects: u64,
    pub latency_us: LatencyUs,
    pub bytes_per_update: BytesPerUpdate,
    pub bytes_total: Bytes<u64>,
    pub unexplained_bytes: Option<i64>,
    pub requests_per_update: Option<f64>,
    pub packets_per_update: Option<f64>,
    pub server: ServerCost,
    pub generator_late_us_p99: Option<u64>,
    pub warnings: Vec<String>,
    pub error: Option<String>,
}

impl Measurement {
    /// A row without figures: what was to be measured, and why it was not.
    pub fn none(transport: Transport, scenario: &Scenario, reason: &str) -> Self {
        let nothing = Ledger::default();
        Self {
            transport,
            scenario: scenario.name.clone(),
            clients: scenario.clients,
            rate_per_s: scenario.rate_per_s,
            payload_bytes: scenario.payload_bytes,
            rtt_us: scenario.rtt.as_micros() as u64,
            duration_s: scenario.duration.as_secs_f64(),
            header_profile: HEADER_PROFILE.into(),
            updates_expected: 0,
            updates_received: 0,
            lost: 0,
            duplicated: 0,
            reordered: 0,
            reconnects: 0,
            latency_us: LatencyUs::default(),
            bytes_per_update: BytesPerUpdate::of(&nothing),
            bytes_total: Bytes::total(&nothing),
            unexplained_bytes: None,
            requests_per_update: None,
            packets_per_update: None,
            server: ServerCost::default(),
            generator_late_us_p99: None,
            warnings: Vec::new(),
            error: Some(reason.into()),
        }
    }

    /// Turns the row into an error: a reason, and no figure that could be taken for a result. The
    /// counts of the audit stay.
    pub fn void(&mut self, reason: String) {
        let nothing = Ledger::default();
        self.latency_us = LatencyUs::default();
        self.bytes_per_update = BytesPerUpdate::of(&nothing);
        self.requests_per_update = None;
        self.packets_per_update = None;
        self.server = ServerCost::default();
        self.error.get_or_insert(reason);
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

    fn of(ledger: &Ledger, measure: impl Fn(u64) -> Option<N>) -> Self {
        let class = |class| measure(ledger.bytes(class));
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
        let all: u64 = Class::ALL.iter().map(|&class| ledger.bytes(class)).sum();
        Self {
            classes: Bytes::of(ledger, |bytes| per(bytes, ledger.deliveries)),
            total: per(all - ledger.bytes(Class::Setup), ledger.deliveries),
        }
    }
}

impl Bytes<u64> {
    /// Bytes of whole connections.
    pub fn total(ledger: &Ledger) -> Self {
        Self::of(ledger, Some)
    }
}

/// `amount` for each of `count`, to a thousandth; `None` for none.
pub fn per(amount: u64, count: u64) -> Option<f64> {
    (count > 0).then(|| (amount as f64 / count as f64 * 1000.0).round() / 1000.0)
}

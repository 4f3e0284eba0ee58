//! The metrics of the server (`GET /metrics`).

use std::any::Any;

use prometheus::{
    Encoder, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
    core::Collector,
};

use super::connection::Rejections;
use crate::base::Transport;

/// The metrics of all transports.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    newest: IntGauge,
    history_bytes: IntGauge,
    rejections: Rejections,
    tallies: Vec<Tally>,
}

/// The metrics of one transport. Clones share the counters.
#[derive(Clone, Debug)]
pub struct Tally {
    clients: IntGauge,
    requests: IntCounter,
    updates: IntCounter,
    bytes: IntCounter,
}

/// A value that is dropped when its client is no longer counted.
pub type Attachment = Box<dyn Any>;

/// A client that is being served. It is counted until this is dropped.
#[derive(Debug)]
pub struct CountedClient {
    /// `None` for a request that does not count as a client.
    tally: Option<Tally>,
    _attachment: Option<Attachment>,
}

/// Adds a metric to those of `GET /metrics`.
pub fn register<M>(registry: &Registry, metric: prometheus::Result<M>) -> M
where
    M: Collector + Clone + 'static,
{
    let metric = metric.expect("its name is valid");
    let registered = registry.register(Box::new(metric.clone()));
    registered.expect("each name is registered once");
    metric
}

impl Metrics {
    /// New metrics; all counters are 0.
    pub fn new() -> Self {
        let registry = Registry::new();
        let by = &["transport"];
        let counters = |name: &str, help: &str| {
            register(&registry, IntCounterVec::new(Opts::new(name, help), by))
        };
        let clients = Opts::new(
            "feed_clients",
            "Clients that are being served: open streams, WebSockets and held polls.",
        );
        let clients = register(&registry, IntGaugeVec::new(clients, by));
        let requests = counters(
            "feed_requests_total",
            "Requests received, including handshakes.",
        );
        let updates = counters(
            "feed_updates_sent_total",
            "Updates sent, counted once per client.",
        );
        let bytes = counters(
            "feed_body_bytes_sent_total",
            "Bytes of response bodies and WebSocket frames sent, without headers and chunk sizes.",
        );
        let gauge = |name: &str, help: &str| register(&registry, IntGauge::new(name, help));
        let newest = gauge("feed_newest_seq", "The seq of the newest update.");
        let history_bytes = gauge(
            "feed_history_bytes",
            "Bytes of the updates in the history, including encoded copies.",
        );
        let rejections = Rejections::new(&registry);
        let tallies = Transport::ALL
            .iter()
            .map(|transport| {
                let label = &[transport.name()];
                Tally {
                    clients: clients.with_label_values(label),
                    requests: requests.with_label_values(label),
                    updates: updates.with_label_values(label),
                    bytes: bytes.with_label_values(label),
                }
            })
            .collect();
        Self {
            rejections,
            registry,
            newest,
            history_bytes,
            tallies,
        }
    }

    /// Adds metrics that another part of the server keeps.
    pub fn add(&self, collectors: impl IntoIterator<Item = Box<dyn Collector>>) {
        for collector in collectors {
            self.registry
                .register(collector)
                .expect("each metric is registered once");
        }
    }

    /// The metrics of one transport.
    pub fn tally(&self, transport: Transport) -> Tally {
        self.tallies[transport as usize].clone()
    }

    /// The counters of rejections.
    pub fn rejections(&self) -> &Rejections {
        &self.rejections
    }

    /// All metrics in the Prometheus text format.
    pub fn text(&self, newest: u64, history_bytes: usize) -> String {
        self.newest.set(newest as i64);
        self.history_bytes.set(history_bytes as i64);
        let mut text = Vec::new();
        TextEncoder::new()
            .encode(&self.registry.gather(), &mut text)
            .expect("writing to memory does not fail");
        String::from_utf8(text).expect("the text format is UTF-8")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Tally {
    /// Counts a request and its client.
    pub fn request(&self, attachment: Option<Attachment>) -> CountedClient {
        self.requests.inc();
        self.clients.inc();
        CountedClient {
            tally: Some(self.clone()),
            _attachment: attachment,
        }
    }

    /// Counts a request whose response has no body. It does not count as a client.
    pub fn head_request(&self) -> CountedClient {
        self.requests.inc();
        CountedClient {
            tally: None,
            _attachment: None,
        }
    }
}

impl CountedClient {
    /// Counts updates and bytes that were passed to the client's connection.
    pub fn sent(&self, updates: usize, bytes: usize) {
        if let Some(tally) = &self.tally {
            tally.updates.inc_by(updates as u64);
            tally.bytes.inc_by(bytes as u64);
        }
    }
}

impl Drop for CountedClient {
    fn drop(&mut self) {
        if let Some(tally) = &self.tally {
            tally.clients.dec();
        }
    }
}

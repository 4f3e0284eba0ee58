//! The conditions of a row.

use serde::{Deserialize, Serialize};
use server::Transport;

use crate::record::{
    Direction, Peer, again::Again, header_profile::HeaderProfile, http_version::HttpVersion,
    reconnect::Reconnect, scenario::Scenario,
};

/// A scenario in a row. Units are part of the names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract; see Scenario")]
pub struct Conditions {
    /// The name of the scenario.
    pub scenario: String,
    #[serde(default)]
    pub direction: Direction,
    pub clients: usize,
    pub rate_per_s: Option<f64>,
    pub payload_bytes: Option<usize>,
    pub rtt_us: u64,
    #[serde(default)]
    pub jitter_us: u64,
    pub bandwidth_bit_per_s: Option<u64>,
    /// The polling interval that the transport really uses: page refresh in whole seconds.
    pub interval_us: Option<u64>,
    /// Maximum number of updates in a response; null for all that are due.
    pub max: Option<usize>,
    pub warm_up_s: Option<f64>,
    pub duration_s: f64,
    pub header_profile: HeaderProfile,
    /// Null in old records, whose clients sent no cookie.
    pub cookie_bytes: Option<usize>,
    /// Null in old records, which used HTTP/1.1.
    pub http_version: Option<HttpVersion>,
    /// Null in old records, which did not use TLS.
    pub tls: Option<bool>,
    /// How the clients reconnected after the run; null if they did not.
    pub reconnect: Option<Reconnect>,
    /// Worker threads of the server; null for one per core.
    pub workers: Option<usize>,
    /// The measured server; null for our own.
    pub target: Option<Peer>,
    /// Number of NATS brokers that store the feed; 0 if it is in the memory of the server. Null if
    /// the servers at `--url` decide, and in old records, which had none.
    pub brokers: Option<usize>,
    /// Number of servers over which the clients were spread. Null in old records, which had one.
    pub servers: Option<usize>,
}

impl Conditions {
    /// The conditions of a transport in a scenario.
    pub fn of(transport: Transport, scenario: &Scenario) -> Self {
        let interval = match Again::of(transport, scenario.interval) {
            Again::EveryInterval(interval) => interval,
            Again::AtOnce | Again::KeptOpen => scenario.interval,
        };
        Self {
            scenario: scenario.name.clone(),
            direction: scenario.direction,
            clients: scenario.clients,
            rate_per_s: scenario.rate_per_s,
            payload_bytes: scenario.payload_bytes,
            rtt_us: scenario.rtt.as_micros() as u64,
            jitter_us: scenario.jitter.as_micros() as u64,
            bandwidth_bit_per_s: scenario.bandwidth.map(|bandwidth| bandwidth.bit_per_s()),
            interval_us: Some(interval.as_micros() as u64),
            max: scenario.max,
            warm_up_s: Some(scenario.warm_up.as_secs_f64()),
            duration_s: scenario.duration.as_secs_f64(),
            header_profile: scenario.header_profile,
            cookie_bytes: Some(scenario.cookie_bytes),
            http_version: Some(scenario.http_version),
            tls: Some(scenario.tls),
            reconnect: scenario.reconnect,
            workers: scenario.workers,
            target: scenario.target,
            brokers: scenario.brokers,
            servers: Some(scenario.servers),
        }
    }
}

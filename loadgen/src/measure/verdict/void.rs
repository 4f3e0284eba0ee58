//! What is the row of a run that is no measurement?

use server::Transport;

use crate::{
    client::ledger::Ledger,
    measure::invalid::Invalid,
    record::{
        bytes::{Bytes, BytesPerUpdate},
        measurement::{LatencyUs, Measurement, ServerCost},
        scenario::Scenario,
    },
};

impl Measurement {
    /// A row without numbers: what was to be measured, and why it was not.
    pub fn none(transport: Transport, scenario: &Scenario, why: &Invalid) -> Self {
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

    /// The row turned into an error: a reason, and no number that could be taken for a result. The
    /// counts of the audit, the bytes of whole connections and what is said of the generator stay.
    pub fn void(self, scenario: &Scenario, why: &Invalid) -> Self {
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

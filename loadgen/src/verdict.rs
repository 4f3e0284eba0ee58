//! Is it a measurement or an error, and what does it say?

use server::Transport;

use crate::{
    clients::Clients,
    ledger::Ledger,
    measurement::{Bytes, BytesPerUpdate, LatencyUs, Measurement, ServerCost, per},
    scenario::Scenario,
    server_process::Usage,
    shared::Latencies,
};

/// Everything that was seen of a run.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// Which of the eight.
    pub transport: Transport,
    /// Under which conditions.
    pub scenario: &'a Scenario,
    /// What the clients received.
    pub clients: &'a Clients,
    /// What the server had used before the clients came, and at both ends of the window.
    pub usage: [Option<Usage>; 3],
    /// How late the load generator was inside the window.
    pub generator_late_us_p99: Option<u64>,
    /// Whether the server was there to the end.
    pub server_ended: bool,
}

/// Above this the generator's own lateness is a considerable part of what it reports.
const LATE_US: u64 = 5_000;

impl Evidence<'_> {
    /// The row: figures, or a reason and none.
    pub fn measurement(&self) -> Measurement {
        let Self {
            scenario, clients, ..
        } = *self;
        let latencies = clients.shared.latencies();
        let all = || clients.ended.iter();
        let whole = add(all().map(|client| client.ledger));
        let in_window = add(all().map(|client| client.window_ledger()));
        let updates_expected = latencies.updates.unwrap_or(0) * scenario.clients as u64;
        let updates_received = all().map(|client| client.audit.received).sum();
        let packets = in_window.knows_packets().then_some(in_window.packets);
        let mut row = Measurement {
            updates_expected,
            updates_received,
            lost: updates_expected.saturating_sub(updates_received),
            duplicated: all().map(|client| client.audit.duplicated).sum(),
            reordered: all().map(|client| client.audit.reordered).sum(),
            reconnects: all().map(|client| client.reconnects).sum(),
            latency_us: LatencyUs::of(&latencies.histogram),
            bytes_per_update: BytesPerUpdate::of(&in_window),
            bytes_total: Bytes::total(&whole),
            unexplained_bytes: Some(whole.unexplained()),
            requests_per_update: per(in_window.requests, in_window.deliveries),
            packets_per_update: packets.and_then(|packets| per(packets, in_window.deliveries)),
            server: self.cost(updates_received),
            generator_late_us_p99: self.generator_late_us_p99,
            warnings: self.warnings(),
            error: None,
            ..Measurement::none(self.transport, scenario, "")
        };
        if let Some(reason) = self.reason(&row, &latencies, &in_window) {
            row.void(reason);
        }
        row
    }

    /// Why the run is no measurement, if it is none.
    fn reason(&self, row: &Measurement, seen: &Latencies, in_window: &Ledger) -> Option<String> {
        if self.server_ended {
            return Some("the server ended during the run".into());
        }
        if let Some(first) = self.clients.failures.first() {
            return Some(first.to_string());
        }
        let updates = seen.updates?;
        if updates == 0 {
            return Some("no update was planned inside the window: measure for longer".into());
        }
        if let Some(rate) = self.scenario.rate_per_s {
            let planned = rate * self.scenario.duration.as_secs_f64();
            // A window may begin and end between two planned instants.
            if (updates as f64 - planned).abs() > 1.0 {
                return Some(format!(
                    "{planned} updates were planned, the feed has {updates}"
                ));
            }
        }
        let Measurement {
            lost,
            duplicated,
            reordered,
            ..
        } = row;
        if lost + duplicated + reordered > 0 {
            return Some(format!(
                "{lost} lost, {duplicated} duplicated, {reordered} reordered"
            ));
        }
        if seen.early > 0 {
            let early = seen.early;
            return Some(format!(
                "{early} updates came before their instant: the clock was set"
            ));
        }
        if in_window.deliveries == 0 {
            return Some("no answer lies whole in the window: measure for longer".into());
        }
        let unexplained = row.unexplained_bytes.filter(|&bytes| bytes != 0)?;
        Some(format!("{unexplained} bytes belong to no class"))
    }

    fn warnings(&self) -> Vec<String> {
        let late = self.generator_late_us_p99.filter(|&late| late > LATE_US);
        let warning = |late| {
            let late_ms = late as f64 / 1000.0;
            format!(
                "the load generator itself was {late_ms:.1} ms late at its 99th percentile: \
                 measure again on an idle machine, or with fewer clients"
            )
        };
        late.map(warning).into_iter().collect()
    }

    fn cost(&self, deliveries: u64) -> ServerCost {
        let [Some(before), Some(at_start), Some(at_end)] = self.usage else {
            return ServerCost::default();
        };
        let cpu_us = at_end.cpu_ns.saturating_sub(at_start.cpu_ns) / 1000;
        let grown = at_end.rss_bytes.saturating_sub(before.rss_bytes);
        ServerCost {
            cpu_us_per_update: per(cpu_us, deliveries),
            rss_bytes: Some(at_end.rss_bytes),
            rss_bytes_per_client: per(grown, self.scenario.clients as u64),
        }
    }
}

fn add(ledgers: impl Iterator<Item = Ledger>) -> Ledger {
    ledgers.fold(Ledger::default(), |sum, ledger| sum + ledger)
}

//! The verdict on a run: a measurement, or an error with its reason.

mod evidence;
mod reasons;

pub use self::evidence::Evidence;
use crate::{
    client::{ledger::Ledger, publisher::Publisher, shared::Book},
    measure::{
        bytes::{BOTH, per, rounded},
        receivers::ReceiverResults,
        rig::Reading,
        usage::{KernelMemory, Usage},
        warning::Warning,
    },
    record::{
        ARTICLE_RESPONSE_BYTES, ArrivalTime, ByDirection, Class, Direction, HeaderProfile,
        LatencyUs, Measurement, Percentiles, Publish, Scenario, ServerCost,
    },
};

/// With fewer clients, other causes change the kernel's memory more than the clients do.
const LEAST_CLIENTS_OF_KERNEL_MEMORY: u64 = 1000;

impl Evidence<'_> {
    /// The row of the run. An invalid run has the reason instead of results.
    pub fn measurement(&self) -> Measurement {
        let book = self.results.shared.noted();
        let in_window = self.results.sum(|receiver| receiver.marks.window());
        let warnings = self.warnings(&book, &in_window);
        let counted = Measurement {
            warnings: warnings.iter().map(Warning::to_string).collect(),
            ..self.counted(&book)
        };
        match self.reason(&counted, &book, &in_window) {
            Some(why) => counted.invalid(&why),
            None => self.measured(counted, &book, &in_window),
        }
    }

    /// The fields of every run, valid or not: the audit, the bytes of whole connections, and the
    /// watchdog's findings.
    fn counted(&self, book: &Book) -> Measurement {
        let publishers = self.results.publishers();
        let published = publishers.map(|publisher| publisher.ledger).sum();
        let ledger = |results: &ReceiverResults| results.sum(|receiver| receiver.ledger);
        let again = self.again.as_ref().map(ledger);
        let whole =
            ledger(&self.results) + published + again.unwrap_or_default() + self.fill_ledger;
        let updates_expected = book.updates().unwrap_or(0) * self.scenario.clients as u64;
        let updates_received = self.results.count(|receiver| receiver.audit.received);
        Measurement {
            updates_expected,
            updates_received,
            lost: updates_expected.saturating_sub(updates_received),
            duplicated: self.results.count(|receiver| receiver.audit.duplicated),
            reordered: self.results.count(|receiver| receiver.audit.reordered),
            reconnects: self.results.count(|receiver| receiver.reconnects),
            bytes_total: whole.totals(BOTH),
            bytes_total_by_direction: Some(ByDirection::of(|ways| whole.totals(ways))),
            unexplained_bytes: whole.knows_classes().then(|| whole.unexplained()),
            arrival: arrival_time(book),
            read_delay_us: Percentiles::of(&book.read_delay_us),
            ask_again_us: Percentiles::of(&book.ask_again_us),
            phase_offset_us: self.results.phase_offset_us,
            arrivals_without_timestamp: Some(book.without_timestamp),
            arrivals_sharing_timestamp: Some(book.sharing_timestamp),
            generator_late_us_p99: self.findings.late_us_p99,
            generator_late_us_max: self.findings.late_us_max,
            generator_cpu_share: self.findings.cpu_share,
            ..Measurement::empty(self.transport, self.scenario)
        }
    }

    /// The row of a valid run with all numbers, from the counted fields.
    fn measured(&self, counted: Measurement, book: &Book, in_window: &Ledger) -> Measurement {
        let by_arithmetic = (self.scenario.header_profile == HeaderProfile::Article2009)
            .then(|| in_window.per_update_with_response_headers_of(ARTICLE_RESPONSE_BYTES as u64));
        Measurement {
            latency_us: LatencyUs::of(&book.latency_us),
            first_update_us: LatencyUs::of(&book.first_update_us),
            bytes_per_update: in_window.per_update(BOTH),
            bytes_per_update_by_direction: Some(ByDirection::of(|ways| in_window.per_update(ways))),
            bytes_per_update_by_arithmetic: by_arithmetic,
            requests_per_update: requests_each(in_window),
            packets_per_update: packets_each(in_window),
            wire_bytes_per_s: self.wire_bytes_per_s(),
            idle_bytes_per_client_minute: self.idle(),
            connect_setup_bytes: self.connect_setup_bytes(),
            publish: self.publish(book),
            server: self.cost(counted.updates_received),
            ..self.reconnected(counted)
        }
    }

    /// Bytes per second of all clients. For each client: its bytes divided by its time, from the last
    /// update before the window to its last update in the window.
    fn wire_bytes_per_s(&self) -> Option<f64> {
        let each = self.results.receivers.iter().map(|receiver| {
            let ledger = receiver.marks.window();
            let bytes = ledger.all_bytes() - ledger.bytes(Class::Setup);
            let seconds = receiver.marks.window_time()?.as_secs_f64();
            ledger.knows_packets().then(|| bytes as f64 / seconds)
        });
        let sum: f64 = each.sum::<Option<f64>>()?;
        (self.scenario.direction == Direction::Down).then(|| (sum * 10.0).round() / 10.0)
    }

    fn connect_setup_bytes(&self) -> Option<f64> {
        let ledger = self.results.sum(|receiver| receiver.ledger);
        let bytes = ledger.knows_classes().then(|| ledger.bytes(Class::Setup))?;
        per(bytes, self.results.receivers.len() as u64)
    }

    /// The row with the cost of a reconnect, if clients reconnected and none failed.
    fn reconnected(&self, row: Measurement) -> Measurement {
        let Some(again) = self
            .again
            .as_ref()
            .filter(|again| again.failures.is_empty())
        else {
            return row;
        };
        let ledger = again.sum(|receiver| receiver.ledger);
        let around = ledger.all_bytes() - ledger.bytes(Class::Payload);
        let clients = again.receivers.len() as u64;
        Measurement {
            reconnect_us: LatencyUs::of(&again.shared.noted().first_update_us),
            reconnect_bytes: per(around, clients),
            reconnect_setup_bytes: per(ledger.bytes(Class::Setup), clients),
            ..row
        }
    }

    fn publish(&self, book: &Book) -> Option<Publish> {
        let publishers = self.results.publishers();
        let in_window: Ledger = publishers.map(Publisher::window_ledger).sum();
        (self.scenario.direction == Direction::Up).then(|| Publish {
            count: self.turns_inside(),
            server_cpu_us_per_publish: self.server_cpu_us_per_publish(),
            accepted_us: LatencyUs::of(&book.accepted_us),
            round_trip_us: LatencyUs::of(&book.round_trip_us),
            bytes_per_publish: in_window.per_update(BOTH),
            packets_per_publish: packets_each(&in_window),
        })
    }

    /// Only for one client: with several, it would mostly be the CPU time of the deliveries.
    fn server_cpu_us_per_publish(&self) -> Option<f64> {
        let delivered_once = self.scenario.clients == 1;
        let cpu_us = self.window_cpu_us(|read| read.server);
        per(cpu_us.filter(|_| delivered_once)?, self.turns_inside())
    }

    /// CPU time of the server or of the brokers in the window.
    fn window_cpu_us(&self, usage: fn(Reading) -> Option<Usage>) -> Option<u64> {
        let [_, at_start, at_end] = self.readings.map(usage);
        Some(at_end?.cpu_ns.saturating_sub(at_start?.cpu_ns) / 1000)
    }

    fn cost(&self, deliveries: u64) -> ServerCost {
        let [before, _, at_end] = self.readings.map(|read| read.server);
        let cpu_us = self.window_cpu_us(|read| read.server);
        let broker_cpu_us = self.window_cpu_us(|read| read.brokers);
        let (Some(before), Some(at_end), Some(cpu_us)) = (before, at_end, cpu_us) else {
            return ServerCost::default();
        };
        let clients = self.scenario.clients as u64;
        let is_silent = self.scenario.is_silent();
        let idle_us = is_silent.then_some(cpu_us as f64 / clients as f64);
        let window_s = self.scenario.duration.as_secs_f64();
        let grown = at_end.rss_bytes.saturating_sub(before.rss_bytes);
        ServerCost {
            cpu_us_per_update: per(cpu_us, deliveries),
            rss_bytes: Some(at_end.rss_bytes),
            idle_cpu_us_per_client_s: idle_us.map(|us| rounded(us / window_s)),
            rss_bytes_per_client: per(grown, clients),
            kernel_bytes_per_client: kernel_bytes_per_client(
                self.scenario,
                self.readings[0].kernel,
                self.readings[1].kernel,
            ),
            broker_cpu_us_per_update: broker_cpu_us.and_then(|cpu_us| per(cpu_us, deliveries)),
        }
    }
}

/// Requests of a delivery; `None` where they can't be counted, because they were encrypted.
fn requests_each(ledger: &Ledger) -> Option<f64> {
    let requests = ledger.knows_classes().then_some(ledger.requests)?;
    per(requests, ledger.deliveries)
}

/// Packets per delivery, both directions; `None` if the system does not count them.
fn packets_each(ledger: &Ledger) -> Option<f64> {
    let packets = ledger.knows_packets().then_some(ledger.packets)?;
    per(packets, ledger.deliveries)
}

/// The source of the arrival times; `None` without arrivals.
pub(super) fn arrival_time(book: &Book) -> Option<ArrivalTime> {
    let reads = (book.without_timestamp > 0).then_some(ArrivalTime::Read);
    let kernels = (!book.read_delay_us.is_empty()).then_some(ArrivalTime::Kernel);
    kernels.or(reads)
}

/// Growth of the kernel's own objects per client, from before the first client to the start of the
/// window. Half of it belongs to the load generator's ends of the connections.
fn kernel_bytes_per_client(
    scenario: &Scenario,
    before: Option<KernelMemory>,
    at_start: Option<KernelMemory>,
) -> Option<f64> {
    let (before, at_start) = (before?, at_start?);
    let clients = scenario.clients as u64;
    let too_few = clients < LEAST_CLIENTS_OF_KERNEL_MEMORY;
    // Memory that the kernel frees in the meantime hides the growth.
    let frees = before.time_wait > clients;
    // The link adds two sockets for each connection.
    if too_few || frees || scenario.is_linked() {
        return None;
    }
    let grown = at_start.slab_bytes.checked_sub(before.slab_bytes)?;
    per(grown, 2 * clients)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const fn kernel(slab_bytes: u64, time_wait: u64) -> Option<KernelMemory> {
        Some(KernelMemory {
            slab_bytes,
            time_wait,
        })
    }

    #[test]
    fn kernel_memory_is_reported_only_if_clients_dominate_it() {
        let of_clients = |clients| Scenario {
            clients,
            ..Scenario::default()
        };
        let enough = of_clients(2000);
        let linked = Scenario {
            rtt: Duration::from_millis(10),
            ..enough.clone()
        };
        let (before, at_start) = (kernel(50_000_000, 20), kernel(64_000_000, 0));
        let of = |scenario: &Scenario| kernel_bytes_per_client(scenario, before, at_start);
        assert_eq!(of(&enough), Some(3500.0));
        assert_eq!([of(&of_clients(20)), of(&linked)], [None, None]);
        assert_eq!(kernel_bytes_per_client(&enough, None, None), None);
        let freed = kernel(49_000_000, 0);
        assert_eq!(kernel_bytes_per_client(&enough, before, freed), None);
        let after_others = kernel(50_000_000, 2001);
        let hidden = kernel_bytes_per_client(&enough, after_others, at_start);
        assert_eq!(hidden, None);
    }
}

//! Comparison of our server with others: one line for each server and transport.

use server::Transport;

use crate::{
    record::{Measurement, Peer, Record, Suite, SuitePart},
    show::{
        columns::{TextColumn, ms},
        estimate::estimate,
        statistics::{Estimate, Resolution, median},
    },
};

/// Prefixes of the scenarios from which the columns are taken.
const COST: &str = "cost";
const RATE: &str = "rate";
const MEMORY: &str = "memory";

/// A server keeps up if its 99th percentile is below this.
const LONGEST_P99_US: f64 = 100_000.0;

/// The values of a server and a transport.
#[derive(Debug)]
pub struct Line {
    /// The server; `None` is our own.
    pub target: Option<Peer>,
    /// The transport.
    pub transport: Transport,
    /// CPU time per update and client.
    pub cpu_us: Option<Estimate>,
    /// The same relative to the write loop, computed per repeat.
    pub ratio: Option<Estimate>,
    /// Updates per read of the load generator. Above 1, the cost of a single update is hidden.
    pub updates_per_read: Option<Estimate>,
    /// Latency in milliseconds.
    pub p50_ms: Option<Estimate>,
    /// Latency in milliseconds.
    pub p99_ms: Option<Estimate>,
    /// The highest rate at which it keeps up, in updates per second, in words.
    pub highest_rate: Option<String>,
    /// Memory of the server's process per client.
    pub user_bytes: Option<Estimate>,
    /// Kernel memory for the server's end of each connection.
    pub kernel_bytes: Option<Estimate>,
    /// The scenario of its CPU time.
    pub scenario: String,
    /// The number of repeats of that scenario.
    pub repeats: u32,
}

/// The lines of a record, transport by transport.
pub fn lines(record: &Record) -> Vec<Line> {
    let transports = [Transport::WebSocket, Transport::Sse, Transport::LongPolling];
    let mut lines = Vec::new();
    for transport in transports {
        let mut parts: Vec<_> = of(&record.suite, COST, transport).collect();
        // The write loop, which is the floor, comes first.
        parts.sort_by_key(|part| part.scenario.target != Some(Peer::WriteLoop));
        lines.extend(parts.into_iter().map(|part| line(record, part, transport)));
    }
    lines
}

/// The parts from which a column of a transport is taken.
fn of<'a>(
    suite: &'a Suite,
    column: &'static str,
    transport: Transport,
) -> impl Iterator<Item = &'a SuitePart> {
    suite.scenarios.iter().filter(move |part| {
        let base = part.variant_of.as_deref().unwrap_or_default();
        base.starts_with(column) && part.transports.contains(&transport)
    })
}

fn line(record: &Record, part: &SuitePart, transport: Transport) -> Line {
    let target = part.scenario.target;
    let cost = record.good(&part.scenario.name, transport);
    let memory = of(&record.suite, MEMORY, transport).filter(|part| part.scenario.target == target);
    let memory = memory.flat_map(|part| record.good(&part.scenario.name, transport));
    let memory: Vec<_> = memory.collect();
    let exact = |rows: &[&Measurement], of: fn(&Measurement) -> Option<f64>| {
        Estimate::of(rows, Resolution::EXACT, of)
    };
    Line {
        target,
        transport,
        cpu_us: exact(&cost, |row| row.server.cpu_us_per_update),
        ratio: ratio(record, part, transport),
        updates_per_read: exact(&cost, updates_per_read),
        p50_ms: exact(&cost, |row| ms(row.latency_us.p50)),
        p99_ms: exact(&cost, |row| ms(row.latency_us.p99)),
        highest_rate: highest_rate(record, target, transport),
        user_bytes: exact(&memory, |row| row.server.rss_bytes_per_client),
        kernel_bytes: exact(&memory, |row| row.server.kernel_bytes_per_client),
        scenario: part.scenario.name.clone(),
        repeats: part.repeats,
    }
}

/// Updates per read: all updates of a read except one share a timestamp.
fn updates_per_read(row: &Measurement) -> Option<f64> {
    let sharing = row.arrivals_sharing_timestamp?;
    let reads = row.updates_received.checked_sub(sharing)?;
    (reads > 0).then(|| row.updates_received as f64 / reads as f64)
}

/// The CPU time relative to that of the write loop in the same repeat.
fn ratio(record: &Record, part: &SuitePart, transport: Transport) -> Option<Estimate> {
    let mut loops = of(&record.suite, COST, transport);
    let floor = loops.find(|part| part.scenario.target == Some(Peer::WriteLoop))?;
    let cpu_us = |part: &SuitePart, repeat: u32| {
        let mut rows = record.good_rows(&part.scenario.name, transport);
        let row = rows.find(|row| row.repeat == repeat)?;
        row.measurement.server.cpu_us_per_update
    };
    let ratios = (1..=part.repeats)
        .filter_map(|repeat| Some(cpu_us(part, repeat)? / cpu_us(floor, repeat)?));
    Estimate::of_values(ratios.collect())
}

/// The highest rate below the first one at which the server does not keep up; `or more` if it is the
/// highest that was measured.
fn highest_rate(record: &Record, target: Option<Peer>, transport: Transport) -> Option<String> {
    let cost = of(&record.suite, COST, transport);
    let parts = cost.chain(of(&record.suite, RATE, transport));
    let parts = parts.filter(|part| part.scenario.target == target);
    let rate = |part: &SuitePart| {
        let keeps_up = keeps_up(record, &part.scenario.name, transport)?;
        Some((part.scenario.rate_per_s?, keeps_up))
    };
    let mut rates: Vec<(f64, bool)> = parts.filter_map(rate).collect();
    rates.sort_by(|one, other| one.0.total_cmp(&other.0));
    let kept = rates.iter().take_while(|(_, keeps_up)| *keeps_up).count();
    let (per_s, _) = *rates.get(kept.checked_sub(1)?)?;
    Some(match kept == rates.len() {
        true => format!("{per_s} or more"),
        false => per_s.to_string(),
    })
}

/// Whether the 99th percentile of a scenario is below the bound; `None` if it was not measured, or if
/// the load generator or the machine was at fault in every attempt.
fn keeps_up(record: &Record, scenario: &str, transport: Transport) -> Option<bool> {
    let good = record.good(scenario, transport);
    if let Some(p99_us) = median(&good, |row| Some(row.latency_us.p99? as f64)) {
        return Some(p99_us < LONGEST_P99_US);
    }
    let mut rows = record.rows.iter().map(|row| &row.measurement);
    let failed = rows.rfind(|row| {
        row.conditions.scenario == scenario && row.transport == transport && row.error.is_some()
    });
    failed.filter(|row| !row.is_retryable()).map(|_| false)
}

/// The columns of the table.
pub const COLUMNS: [TextColumn<Line>; 10] = [
    ("transport", |line| line.transport.to_string()),
    ("server", |line| Peer::name_of(line.target)),
    ("CPU µs/update", |line| with_interval(line, line.cpu_us, 2)),
    ("x write loop", |line| with_interval(line, line.ratio, 2)),
    ("updates/read", |line| shown(line.updates_per_read, 1.0, 2)),
    ("p50 ms", |line| shown(line.p50_ms, 1.0, 1)),
    ("p99 ms", |line| with_interval(line, line.p99_ms, 1)),
    ("updates/s with p99 < 100 ms", |line| {
        line.highest_rate.clone().unwrap_or_else(|| "-".into())
    }),
    ("memory/client, kB", |line| {
        shown(line.user_bytes, 1000.0, 1)
    }),
    ("kernel memory/client, kB", |line| {
        shown(line.kernel_bytes, 1000.0, 1)
    }),
];

/// A median with its interval.
fn with_interval(line: &Line, known: Option<Estimate>, digits: usize) -> String {
    let number = |value: f64| format!("{value:.digits$}");
    known.map_or("-".into(), |known| estimate(&known, line.repeats, number))
}

/// A median in a unit.
fn shown(known: Option<Estimate>, unit: f64, digits: usize) -> String {
    let median = known.map(|known| known.median / unit);
    median.map_or("-".into(), |median| format!("{median:.digits$}"))
}

/// Explains the columns of the table.
pub const NOTES: &str = "CPU: CPU time of the server's process per update and client, with one update per write. If \
     updates/read is above 1, the cost of a single update can't be seen. x write loop: relative to the \
     write loop in the same repeat. Latency ends when the kernel receives the update. Memory: growth of \
     the process per client; for the kernel, half of its growth, which is the server's end of the \
     connection. In brackets: 95 % confidence interval of the mean over the repeats, which are \
     interleaved.";

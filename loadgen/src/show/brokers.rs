//! What brokers add: the same conditions with the feed in the memory of a server, and in a stream
//! that brokers store.

use std::fmt::Write;

use server::Transport;

use crate::{
    record::{Measurement, Record, Row, Scenario, SuitePart},
    show::{
        columns::ms,
        number::grouped,
        statistics::Estimate,
        words::{Words, brokers as texts, common},
    },
};

/// The values of a scenario and a transport.
#[derive(Debug)]
pub struct Line {
    /// The conditions.
    pub scenario: Scenario,
    /// The transport.
    pub transport: Transport,
    /// Latency in milliseconds: median and 99th percentile.
    pub latency_ms: [Option<Estimate>; 2],
    /// The difference of these percentiles to those without brokers in the same repeat; `None`
    /// without brokers.
    pub added_ms: [Option<Estimate>; 2],
    /// CPU time of all servers for each published update, in microseconds.
    pub server_cpu_us: Option<Estimate>,
    /// CPU time of all brokers for each published update, in microseconds.
    pub broker_cpu_us: Option<Estimate>,
}

/// The lines of a record, transport by transport: scenarios that differ only in brokers and servers,
/// if one of them has no broker. Empty if there is no such scenario.
pub fn lines(record: &Record) -> Vec<Line> {
    let parts = &record.suite.scenarios;
    let mut lines = Vec::new();
    for base in parts.iter().filter(|part| !part.scenario.has_brokers()) {
        let like_base = |part: &&SuitePart| conditions(part) == conditions(base);
        let alike: Vec<_> = parts.iter().filter(like_base).collect();
        if !alike.iter().any(|part| part.scenario.has_brokers()) {
            continue;
        }
        for &transport in &base.transports {
            let has_transport = |part: &&&SuitePart| part.transports.contains(&transport);
            let alike = alike.iter().filter(has_transport);
            lines.extend(alike.map(|part| line(record, part, base, transport)));
        }
    }
    lines
}

/// The conditions, apart from the brokers and the servers.
fn conditions(part: &SuitePart) -> Scenario {
    Scenario {
        name: String::new(),
        brokers: None,
        servers: 1,
        ..part.scenario.clone()
    }
}

fn line(record: &Record, part: &SuitePart, base: &SuitePart, transport: Transport) -> Line {
    let rows: Vec<_> = record.good_rows(&part.scenario.name, transport).collect();
    let of = |value: &dyn Fn(&Measurement) -> Option<f64>| {
        let values = rows.iter().filter_map(|row| value(&row.measurement));
        Estimate::of_values(values.collect())
    };
    let without: Vec<_> = record.good_rows(&base.scenario.name, transport).collect();
    let added = |value: fn(&Measurement) -> Option<f64>| {
        let same = |row: &Row| without.iter().find(|base| base.repeat == row.repeat);
        let added = rows.iter().filter_map(|row| {
            let (own, base) = (value(&row.measurement), value(&same(row)?.measurement));
            Some(own? - base?)
        });
        let added = part.scenario.has_brokers().then(|| added.collect());
        added.and_then(Estimate::of_values)
    };
    let p50_ms = |row: &Measurement| ms(row.latency_us.p50);
    let p99_ms = |row: &Measurement| ms(row.latency_us.p99);
    let clients = part.scenario.clients as f64;
    Line {
        scenario: part.scenario.clone(),
        transport,
        latency_ms: [of(&p50_ms), of(&p99_ms)],
        added_ms: [added(p50_ms), added(p99_ms)],
        server_cpu_us: of(&|row| Some(row.server.cpu_us_per_update? * clients)),
        broker_cpu_us: of(&|row| Some(row.server.broker_cpu_us_per_update? * clients)),
    }
}

/// The table in Markdown, below a sentence with the link of the record and the conditions without
/// brokers; `None` without lines.
pub fn markdown(record: &Record, link: &str, words: &Words) -> Option<String> {
    let lines = lines(record);
    let conditions = words.of(common::conditions(&lines.first()?.scenario));
    let of = words.of(texts::of(link, &conditions));
    let headings = words.of(texts::HEADINGS).join(" | ");
    let mut text = format!("{of}\n\n| {headings} |\n|---|---|--:|--:|--:|--:|--:|--:|\n");
    for line in &lines {
        let _ = writeln!(text, "| {} |", line.cells(words).join(" | "));
    }
    Some(format!("{text}\n{}\n", words.of(texts::NOTES)))
}

impl Line {
    /// Its cells in the table.
    pub fn cells(&self, words: &Words) -> [String; texts::COLUMNS] {
        let median = |known: Option<Estimate>, digits| {
            known.map_or("–".into(), |known| grouped(known.median, digits))
        };
        let [p50, p99] = self.latency_ms;
        let [added_p50, added_p99] = self.added_ms.map(|known| self.added(known));
        [
            self.transport.to_string(),
            words.of(texts::feed(&self.scenario)),
            median(p50, 2),
            median(p99, 2),
            added_p50,
            added_p99,
            median(self.server_cpu_us, 0),
            median(self.broker_cpu_us, 0),
        ]
    }

    /// A difference with the range of the repeats, because an interval may have different signs.
    fn added(&self, known: Option<Estimate>) -> String {
        let Some(known) = known else {
            return "–".into();
        };
        let (median, (low, high)) = (known.median, known.range);
        match known.repeats {
            1 => format!("{median:+.2}"),
            _ => format!("{median:+.2} ({low:+.2} to {high:+.2})"),
        }
    }
}

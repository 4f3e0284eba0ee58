//! How does a person read the figures in a terminal?

use std::fmt::Write;

use server::Transport;

use crate::{ledger::Class, measurement::Measurement, record::Record};

/// The columns that both tables share.
const HEAD: &str = "transport        p50 ms   p99 ms   max ms   bytes/update  overhead   requests/update  server CPU us/update";

/// The table of one measurement: its row, where its bytes went, its audit.
pub fn of_measurement(row: &Measurement) -> String {
    let mut text = format!("{HEAD}\n{}\n", line(row.transport, &[row]));
    let bytes = &row.bytes_per_update.classes;
    for class in Class::ALL {
        match bytes.class(class) {
            Some(&bytes) if bytes > 0.0 => {
                let _ = writeln!(text, "  {:16} {bytes:>10.1} bytes/update", class.name());
            }
            _ => {}
        }
    }
    let Measurement {
        updates_expected,
        updates_received,
        lost,
        duplicated,
        reordered,
        ..
    } = row;
    let _ = writeln!(
        text,
        "  {updates_received} of {updates_expected} updates received, {lost} lost, {duplicated} \
         duplicated, {reordered} reordered, {} reconnects",
        row.reconnects
    );
    text
}

/// A table for each scenario: the eight, medians over the repeats.
pub fn of_record(record: &Record) -> String {
    let mut text = String::new();
    for part in &record.suite.scenarios {
        let name = &part.scenario.name;
        let _ = writeln!(text, "\n{name}: {}\n{HEAD}", part.scenario.words());
        for transport in Transport::ALL {
            let rows: Vec<_> = record
                .good_rows(name, transport)
                .map(|row| &row.measurement)
                .collect();
            let _ = writeln!(text, "{}", line(transport, &rows));
        }
    }
    for row in &record.rows {
        if let Some(error) = &row.measurement.error {
            let Measurement {
                scenario,
                transport,
                ..
            } = &row.measurement;
            let _ = writeln!(
                text,
                "error: {scenario}, {transport}, repeat {}: {error}",
                row.repeat
            );
        }
    }
    text
}

fn line(transport: Transport, rows: &[&Measurement]) -> String {
    let ms = |of: fn(&Measurement) -> Option<u64>| {
        median(rows, |row| of(row).map(|us| us as f64 / 1000.0))
    };
    let bytes = median(rows, |row| row.bytes_per_update.total);
    let overhead = median(rows, |row| row.bytes_per_update.overhead());
    format!(
        "{transport:15} {}{}{}{}{}{}{}",
        cell(ms(|row| row.latency_us.p50), 8, 2),
        cell(ms(|row| row.latency_us.p99), 9, 2),
        cell(ms(|row| row.latency_us.max), 9, 2),
        cell(bytes, 15, 1),
        cell(overhead, 10, 1),
        cell(median(rows, |row| row.requests_per_update), 18, 3),
        cell(median(rows, |row| row.server.cpu_us_per_update), 22, 1),
    )
}

fn cell(value: Option<f64>, width: usize, digits: usize) -> String {
    match value {
        Some(value) => format!("{value:>width$.digits$}"),
        None => format!("{:>width$}", "-"),
    }
}

/// The middle of what the rows have; `None` where none has any.
pub fn median(rows: &[&Measurement], of: impl Fn(&Measurement) -> Option<f64>) -> Option<f64> {
    let mut values: Vec<_> = rows.iter().filter_map(|row| of(row)).collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = (values.len().checked_sub(1)? / 2, values.len() / 2);
    Some((values[low] + values[high]) / 2.0)
}

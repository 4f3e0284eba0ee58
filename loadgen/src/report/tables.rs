//! What are the figures in numbers? Three tables for each scenario: the eight, medians over the
//! repeats.

use maud::{Markup, html};
use server::Transport;

use crate::{
    chart::words, ledger::Class, measurement::Measurement, record::Record, suite::Part,
    table::median,
};

/// A column: its heading, its figure, its digits.
struct Column {
    head: String,
    of: Box<Figure>,
    digits: usize,
}

type Figure = dyn Fn(&[&Measurement]) -> Option<f64>;

/// The tables of a scenario.
pub fn all(record: &Record, part: &Part) -> Markup {
    html! {
        h3 { "Latency and cost" }
        (table(record, part, &cost()))
        h3 { "Bytes per update, by class" }
        (table(record, part, &bytes()))
        h3 { "Delivery audit, sums over the repeats" }
        (table(record, part, &audit()))
    }
}

fn cost() -> Vec<Column> {
    let ms = |head: &str, of: fn(&Measurement) -> Option<u64>| {
        middle(head, 2, move |row| of(row).map(|us| us as f64 / 1000.0))
    };
    vec![
        ms("p50, ms", |row| row.latency_us.p50),
        ms("p99, ms", |row| row.latency_us.p99),
        ms("max, ms", |row| row.latency_us.max),
        middle("bytes/update", 1, |row| row.bytes_per_update.total),
        middle("overhead", 1, |row| row.bytes_per_update.overhead()),
        middle("requests/update", 3, |row| row.requests_per_update),
        middle("server CPU, µs/update", 1, |row| {
            row.server.cpu_us_per_update
        }),
    ]
}

fn bytes() -> Vec<Column> {
    let class = |class: Class| {
        let head = class.name().replace('_', " ");
        middle(&head, 1, move |row| {
            row.bytes_per_update.classes.class(class).copied()
        })
    };
    let paid = Class::ALL
        .into_iter()
        .filter(|&class| class != Class::Setup);
    let mut columns: Vec<_> = paid.map(class).collect();
    columns.push(middle("total", 1, |row| row.bytes_per_update.total));
    columns.push(middle("overhead", 1, |row| row.bytes_per_update.overhead()));
    columns
}

fn audit() -> Vec<Column> {
    let sum = |head: &str, of: fn(&Measurement) -> u64| Column {
        head: head.into(),
        of: Box::new(move |rows| Some(rows.iter().map(|row| of(row)).sum::<u64>() as f64)),
        digits: 0,
    };
    vec![
        sum("expected", |row| row.updates_expected),
        sum("received", |row| row.updates_received),
        sum("lost", |row| row.lost),
        sum("duplicated", |row| row.duplicated),
        sum("reordered", |row| row.reordered),
        sum("reconnects", |row| row.reconnects),
        middle("unexplained bytes", 0, |row| {
            row.unexplained_bytes.map(|bytes| bytes as f64)
        }),
    ]
}

fn middle(head: &str, digits: usize, of: impl Fn(&Measurement) -> Option<f64> + 'static) -> Column {
    Column {
        head: head.into(),
        of: Box::new(move |rows| median(rows, &of)),
        digits,
    }
}

fn table(record: &Record, part: &Part, columns: &[Column]) -> Markup {
    html! {
        div.table tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "transport" }
                        @for column in columns { th scope="col" { (column.head) } }
                    }
                }
                tbody {
                    @for transport in Transport::ALL {
                        tr {
                            th scope="row" { (transport) }
                            (cells(record, part, transport, columns))
                        }
                    }
                }
            }
        }
    }
}

fn cells(record: &Record, part: &Part, transport: Transport, columns: &[Column]) -> Markup {
    let scenario = &part.scenario.name;
    let rows = words::good(record, scenario, transport);
    html! {
        @if let Some(reason) = words::missing(record, scenario, transport) {
            td.gap colspan=(columns.len()) { (words::gap(&reason)) }
        } @else {
            @for column in columns {
                td {
                    @match (column.of)(&rows) {
                        Some(figure) => (words::grouped(figure, column.digits)),
                        None => "–",
                    }
                }
            }
        }
    }
}

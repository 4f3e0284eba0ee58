//! The tables of the report: for each scenario the transports, with medians over the repeats, their
//! intervals and ranks.

use maud::{Markup, html};

use crate::{
    record::{Check, Class, Direction, Measurement, Point, Record, SuitePart, units},
    show::{
        claims,
        columns::{self, Cell, Column, TextColumn},
        estimate::variation,
        freshness::{self, Freshness},
        language::Language,
        number, servers,
        statistics::median,
        table::{RANGE, interval_of, of_claim, of_notes},
        words::{claims as texts, freshness as fresh},
    },
};

/// The tables of a scenario.
pub fn all(record: &Record, part: &SuitePart) -> Markup {
    let scenario = &part.scenario;
    let each = match scenario.direction {
        Direction::Down => "Bytes per update, by class",
        Direction::Up => "Bytes per publish, by class",
    };
    html! {
        h4 { "Results" }
        (estimated(record, part, columns::main(scenario)))
        @if part.repeats > 1 {
            p.quiet {
                "Under each median: " (interval_of(part.repeats)) ", or " (RANGE) ". Below it: the rank. If intervals overlap, no difference is \
                 shown, and the rank is a range, such as 1–3. The warm-up is not counted."
                @if let Some(fan_out) = Language::English.words().few_updates(scenario) {
                    " " (fan_out)
                }
            }
        } @else {
            p.quiet {
                "One measurement each: without repeats there is no interval and no ranking. The \
                 warm-up is not counted."
            }
        }
        @if !scenario.is_silent() {
            h4 { (each) }
            (bytes(record, part))
            (equal_freshness(record, part))
        }
        h4 { "Further costs" }
        (estimated(record, part, &columns::COST))
        h4 { "Delivery audit, sums over the repeats" }
        (audit(record, part))
    }
}

/// A table for each column of a sweep, a column for each value.
pub fn swept(record: &Record, group: &[SuitePart], point: &Point) -> Markup {
    let value = |part: &&SuitePart| number::trimmed(point.parameter.of(&part.scenario), 1);
    html! {
        @if group[0].repeats > 1 {
            p.quiet { "Under each median: " (interval_of(group[0].repeats)) ", or " (RANGE) ". Below it: the rank." }
        }
        @for (column, parts) in columns::swept(group, point.parameter) {
            @let headings: Vec<_> = parts.iter().map(value).collect();
            h4 { (column.heading_over(&parts, &headings)) " by " (point.parameter.words()) }
            @let cells: Vec<_> =
                parts.iter().map(|part| columns::cells(record, part, column)).collect();
            (table(record, parts[0], &headings, |nth, place| {
                shown(column, &cells[nth][place], group[0].repeats)
            }))
        }
        @if columns::is_by_bytes(point.parameter) {
            @for part in freshness::parts(group, point.parameter) { (equal_freshness(record, part)) }
        }
    }
}

/// The overheads at the mean age of long polling.
fn equal_freshness(record: &Record, part: &SuitePart) -> Markup {
    let Some(freshness) = Freshness::of(record, part) else {
        return html! {};
    };
    let rows = freshness.curves.iter().filter_map(|(transport, points)| {
        let interval = freshness::interval(*transport, &part.scenario);
        let own = points.iter().find(|point| point.interval == interval)?;
        let (overhead, interval) = match freshness.equal(*transport) {
            Some(equal) => (fresh::bytes(&equal, 1), fresh::interval(&equal)),
            None => (number::trimmed(own.overhead, 1), None),
        };
        let interval = interval.map(units::duration);
        Some([
            transport.to_string(),
            number::grouped(own.age_ms, 2),
            number::trimmed(own.overhead, 1),
            overhead,
            interval.unwrap_or_else(|| "–".into()),
        ])
    });
    let headings = [
        "transport",
        "mean age ms",
        "overhead",
        "overhead at long polling's age",
        "interval",
    ];
    html! {
        h4 { "Overhead at equal freshness, " (part.scenario.name) }
        (of_texts(headings, rows))
        p.quiet {
            "At equal freshness: with this polling interval, updates have the same mean age as those \
             of long polling. “>”: even with this interval, the shortest that was measured, updates \
             are older, so the overhead would be higher."
        }
    }
}

/// The table of claims: published numbers and those of the record, with their basis.
pub fn claims(record: &Record) -> Markup {
    let (claims, words) = (claims::of_record(record), Language::English.words());
    let rows = claims.iter().map(|claim| of_claim(claim, words));
    html! {
        (of_texts(words.of(texts::COLUMNS), rows))
        @for note in of_notes(record, &claims, words) { p.quiet { (note) } }
    }
}

/// The table of several servers.
pub fn servers(record: &Record) -> Markup {
    html! {
        (of_columns(servers::COLUMNS, &servers::lines(record)))
        p.quiet { (servers::NOTES) }
    }
}

/// The table of the checks of a calibration.
pub fn calibration(checks: &[Check]) -> Markup {
    of_columns(CHECKS, checks)
}

const CHECKS: [TextColumn<Check>; 7] = [
    ("check", |check| check.what.clone()),
    ("unit", |check| check.unit.to_string()),
    ("expected", |check| or_dash(Some(check.expected), 0)),
    ("measured", |check| or_dash(check.read, 0)),
    ("difference", |check| or_dash(check.difference(), 0)),
    ("bound", |check| or_dash(Some(check.bound), 0)),
    ("within", |check| {
        if check.holds() { "yes" } else { "no" }.into()
    }),
];

fn or_dash(value: Option<f64>, digits: usize) -> String {
    value.map_or("–".into(), |value| number::grouped(value, digits))
}

/// Medians of the bytes of each class.
fn bytes(record: &Record, part: &SuitePart) -> Markup {
    let classes = Class::ALL.into_iter();
    let classes: Vec<_> = classes.filter(|&class| class != Class::Setup).collect();
    let headings = classes.iter().map(|class| class.name().replace('_', " "));
    table(record, part, &headings.collect::<Vec<_>>(), |nth, place| {
        let rows = record.good(&part.scenario.name, part.transports[place]);
        let of = |row: &Measurement| columns::bytes_of(classes[nth], &part.scenario, row);
        html! { (or_dash(median(&rows, of), 1)) }
    })
}

type Count = fn(&Measurement) -> u64;

/// Counts of the delivery audit.
const AUDIT: [(&str, Count); 6] = [
    ("expected", |row| row.updates_expected),
    ("received", |row| row.updates_received),
    ("lost", |row| row.lost),
    ("duplicated", |row| row.duplicated),
    ("reordered", |row| row.reordered),
    ("reconnects", |row| row.reconnects),
];

/// Sums of the counts of the delivery audit, and the median of the unexplained bytes.
fn audit(record: &Record, part: &SuitePart) -> Markup {
    let headings = AUDIT.iter().map(|(name, _)| *name);
    let headings = headings.chain(["unexplained bytes"]).map(String::from);
    table(record, part, &headings.collect::<Vec<_>>(), |nth, place| {
        let rows = record.good(&part.scenario.name, part.transports[place]);
        let value = match AUDIT.get(nth) {
            Some((_, count)) => Some(rows.iter().map(|row| count(row)).sum::<u64>() as f64),
            None => median(&rows, |row| Some(row.unexplained_bytes? as f64)),
        };
        html! { (or_dash(value, 0)) }
    })
}

fn estimated(record: &Record, part: &SuitePart, columns: &[Column]) -> Markup {
    let headings = columns.iter().map(|column| column.heading(&part.scenario));
    let cells = columns
        .iter()
        .map(|column| columns::cells(record, part, column));
    let cells: Vec<_> = cells.collect();
    table(record, part, &headings.collect::<Vec<_>>(), |nth, place| {
        shown(&columns[nth], &cells[nth][place], part.repeats)
    })
}

/// A median; in a ranked column also the variation of the repeats and the rank.
fn shown(column: &Column, cell: &Cell, repeats: u32) -> Markup {
    let Some(estimate) = cell.estimate else {
        return html! { "–" };
    };
    let number = |value| number::grouped(value, column.digits);
    html! {
        (number(estimate.median))
        @if let Some(rank) = cell.rank {
            br;
            span.quiet { (variation(&estimate, repeats, number)) br; "rank " (rank) }
        }
    }
}

fn table(
    record: &Record,
    part: &SuitePart,
    headings: &[String],
    cell: impl Fn(usize, usize) -> Markup,
) -> Markup {
    let words = Language::English.words();
    let rows = html! {
        @for (place, &transport) in part.transports.iter().enumerate() {
            tr {
                th scope="row" { (transport) }
                @if let Some(gap) = words.missing(record, &part.scenario.name, transport) {
                    td.gap colspan=(headings.len()) { (gap) }
                } @else {
                    @for nth in 0..headings.len() { td { (cell(nth, place)) } }
                }
            }
        }
    };
    let headings = headings.iter().map(String::as_str);
    let headings: Vec<_> = std::iter::once("transport").chain(headings).collect();
    framed(&headings, &rows)
}

/// A table of rows in these columns.
pub(super) fn of_columns<Row, const N: usize>(
    columns: [TextColumn<Row>; N],
    rows: &[Row],
) -> Markup {
    let cells = |row: &Row| columns.map(|(_, cell)| cell(row));
    of_texts(columns.map(|(heading, _)| heading), rows.iter().map(cells))
}

/// A table whose cells are texts; the first cell of a row is its header.
pub(super) fn of_texts<const N: usize>(
    headings: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Markup {
    let rows = html! {
        @for row in rows {
            tr {
                @for (nth, cell) in row.iter().enumerate() {
                    @if nth == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                }
            }
        }
    };
    framed(&headings, &rows)
}

/// A table that scrolls if it is too wide for the page.
fn framed(headings: &[&str], rows: &Markup) -> Markup {
    html! {
        div.table tabindex="0" {
            table {
                thead {
                    tr {
                        @for heading in headings { th scope="col" { (heading) } }
                    }
                }
                tbody { (rows) }
            }
        }
    }
}

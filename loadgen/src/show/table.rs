//! Tables for the terminal.

use std::{
    collections::BTreeSet,
    fmt::{Display, Write},
    fs,
    path::PathBuf,
};

use anyhow::Context;
use server::Transport;

use crate::{
    record::{Check, Class, Measurement, Point, Record, Scenario, Suite, SuitePart},
    show::{
        brokers,
        claims::{
            self,
            claim::{Basis, Claim},
            rfc6202,
        },
        columns::{self, Cell, Column, TextColumn},
        estimate::estimate,
        freshness::{self, Freshness},
        language::Language,
        number, servers,
        words::{Words, brokers as brokers_texts, claims as texts, freshness::sentence},
    },
};

/// The table of one measurement: its columns, bytes by class, audit, warnings and error.
pub fn of_measurement(scenario: &Scenario, row: &Measurement) -> String {
    let mut text = format!("{}: {}\n", row.transport, scenario.words());
    let main = columns::main(scenario);
    let is_new = |cost: &&Column| main.iter().all(|column| column.name != cost.name);
    for column in main.iter().chain(columns::COST.iter().filter(is_new)) {
        if let Some(value) = (column.of)(row) {
            let (heading, digits) = (column.heading(scenario), column.digits);
            let _ = writeln!(text, "  {heading:34} {value:>12.digits$}");
        }
    }
    for class in Class::ALL {
        let bytes = columns::bytes_of(class, scenario, row);
        if let Some(bytes) = bytes.filter(|&bytes| bytes > 0.0) {
            let what = format!("bytes of {}", class.name());
            let _ = writeln!(text, "  {what:34} {bytes:>12.1}");
        }
    }
    if let Some(bytes) = row.bytes_per_update_by_arithmetic
        && let Some(total) = bytes.total
    {
        let what = "bytes/update, article's response";
        let _ = writeln!(text, "  {what:34} {total:>12.1} by arithmetic");
    }
    let of_all = match row.updates_expected {
        // The run ended before the number was known.
        0 if row.updates_received > 0 => String::new(),
        all => format!(" of {all}"),
    };
    let _ = writeln!(
        text,
        "  {}{of_all} updates received, {} lost, {} duplicated, {} reordered, {} reconnects",
        row.updates_received, row.lost, row.duplicated, row.reordered, row.reconnects
    );
    for (what, why) in row.remarks() {
        let _ = writeln!(text, "  {what}: {why}");
    }
    text
}

/// Tables of a record: medians over the repeats with their intervals and ranks, then all warnings and
/// errors.
pub fn of_record(record: &Record) -> String {
    let mut text = String::new();
    if record.suite.has_peers() {
        text += &of_servers(record);
    }
    text += &of_brokers(record);
    let groups = record.suite.groups();
    for group in groups.filter(|_| !record.suite.has_peers()) {
        text += &match &group[0].point {
            None => of_scenario(record, &group[0]),
            Some(point) => of_sweep(record, group, point),
        };
    }
    for row in &record.rows {
        let (measured, repeat) = (&row.measurement, row.repeat);
        let (scenario, transport) = (&measured.conditions.scenario, measured.transport);
        for (what, why) in measured.remarks() {
            let of = format!("{scenario}, {transport}, repeat {repeat}");
            let _ = writeln!(text, "{what}: {of}: {why}");
        }
    }
    text
}

fn of_servers(record: &Record) -> String {
    let table = of_columns(servers::COLUMNS, &servers::lines(record));
    format!("\n{table}\n{}\n", servers::NOTES)
}

/// The table of brokers; empty if the record has none.
fn of_brokers(record: &Record) -> String {
    let (lines, words) = (brokers::lines(record), Language::English.words());
    if lines.is_empty() {
        return String::new();
    }
    let rows = lines.iter().map(|line| line.cells(words));
    let table = of_rows(words.of(brokers_texts::HEADINGS), rows);
    format!("\n{table}\n{}\n", words.of(brokers_texts::NOTES))
}

fn of_scenario(record: &Record, part: &SuitePart) -> String {
    let scenario = &part.scenario;
    let mut text = format!("\n{}: {}\n", scenario.name, scenario.words());
    text += &repeats(part, &format!(" {}, or {RANGE}", interval_of(part.repeats)));
    let mut ranks = String::new();
    let mut columns = vec![names(part)];
    for column in columns::main(scenario) {
        let cells = columns::cells(record, part, column);
        let values = cells.iter().map(|cell| shown(column, cell, part.repeats));
        let heading = std::iter::once(column.heading(scenario));
        columns.push(heading.chain(values).collect());
        ranks += &ranked(part, column, &cells);
    }
    text + &aligned(&columns) + &ranks + &equal_freshness(record, part)
}

/// A table for each column of a sweep, a column for each value.
fn of_sweep(record: &Record, group: &[SuitePart], point: &Point) -> String {
    let base = Suite::base(group);
    let mut text = format!("\n{}: {}\n", point.sweep, base.scenario.words());
    text += &repeats(&group[0], "; the intervals are in the report");
    let value = |part: &&SuitePart| {
        let value = part.scenario.name.strip_prefix(&point.sweep);
        value.unwrap_or_default().trim_start_matches('-').to_owned()
    };
    for (column, parts) in columns::swept(group, point.parameter) {
        let values: Vec<_> = parts.iter().map(value).collect();
        let mut columns = vec![names(&group[0])];
        for (part, value) in parts.iter().zip(&values) {
            let cells = columns::cells(record, part, column);
            let medians = cells.iter().map(|cell| median(column, cell));
            columns.push(std::iter::once(value.clone()).chain(medians).collect());
        }
        let heading = column.heading_over(&parts, &values);
        let _ = writeln!(text, "{heading}:\n{}", aligned(&columns));
    }
    if columns::is_by_bytes(point.parameter) {
        for part in freshness::parts(group, point.parameter) {
            text += &equal_freshness(record, part);
        }
    }
    text
}

/// The sentence about overhead at equal freshness.
fn equal_freshness(record: &Record, part: &SuitePart) -> String {
    let freshness = Freshness::of(record, part);
    let words = Language::English.words();
    let sentence = freshness.and_then(|freshness| sentence(&freshness, words));
    sentence.map_or_else(String::new, |sentence| {
        format!("{}: {sentence}\n", part.scenario.name)
    })
}

fn repeats(part: &SuitePart, more: &str) -> String {
    match part.repeats {
        1 => String::new(),
        repeats => format!("medians of {repeats} repeats{more}\n"),
    }
}

/// Explains the brackets after a median.
pub(crate) fn interval_of(repeats: impl Display) -> String {
    format!("[95 % confidence interval of the mean, {repeats} repeats]")
}

/// Explains the parentheses after a median.
pub(crate) const RANGE: &str = "(lowest to highest repeat) if that interval is wider than the \
                                value or goes below zero";

/// The table of claims: published numbers and those of a record, with their basis.
pub fn of_claims(record: &Record) -> String {
    let (claims, words) = (claims::of_record(record), Language::English.words());
    let rows = claims.iter().map(|claim| of_claim(claim, words));
    let mut text = of_rows(words.of(texts::COLUMNS), rows);
    for note in of_notes(record, &claims, words) {
        let _ = writeln!(text, "\n{note}");
    }
    text
}

/// The notes under a table of claims: the basis of its numbers, the meaning of brackets, and the
/// slowest long poll.
pub fn of_notes(record: &Record, claims: &[Claim], words: &Words) -> Vec<String> {
    let estimates = claims.iter().filter_map(|claim| claim.estimate);
    let repeats: BTreeSet<_> = estimates.map(|estimate| estimate.repeats).collect();
    let several = repeats.into_iter().filter(|&repeats| repeats > 1);
    let mut notes = vec![of_counts(claims, words)];
    notes.extend(several.map(|repeats| words.of(texts::interval(repeats))));
    notes.extend(rfc6202::worst(record).map(|worst| words.of(texts::worst(&worst))));
    notes
}

/// The number of claims by basis.
pub fn of_counts(claims: &[Claim], words: &Words) -> String {
    let count = |basis| {
        let is_known = |claim: &&Claim| claim.recorded.is_some() && claim.quantity.basis() == basis;
        claims.iter().filter(is_known).count()
    };
    words.of(texts::counts(claims.len(), Basis::ALL.map(count)))
}

/// The file of the table of claims in the record's folder.
pub const CLAIMS: &str = "claims.txt";

/// Writes the table of a record's claims into its folder.
pub fn write_claims(record: &Record) -> anyhow::Result<PathBuf> {
    let path = record.folder.path().join(CLAIMS);
    let text = of_claims(record);
    fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))?;
    Ok(path)
}

/// The row of a claim: quantity, published, computed and recorded numbers, basis, verdict and source.
pub fn of_claim(claim: &Claim, words: &Words) -> [String; 7] {
    [
        words.of(texts::quantity(claim.quantity)),
        of_number(claim.published),
        of_number(Some(claim.computed)),
        of_recorded(claim),
        words.of(texts::basis(claim.quantity.basis())).into(),
        words.of(texts::verdict(claim.verdict())).into(),
        words.of(texts::source(claim.quantity.source())).into(),
    ]
}

/// The number of a record, with its interval if it is an estimate.
fn of_recorded(claim: &Claim) -> String {
    let number = |value: f64| format!("{value:.1}");
    match &claim.estimate {
        Some(known) => estimate(known, known.repeats as u32, number),
        None => of_number(claim.recorded),
    }
}

/// A number of a claim; one without a fraction is shown without digits: 2 and not 2.00.
pub fn of_number(number: Option<f64>) -> String {
    let digits = |number: f64| match number {
        _ if number.fract() == 0.0 => 0,
        ..100.0 => 2,
        // 454.5 must not become 454 or 455.
        100.0..1000.0 if number.fract() > 0.05 => 1,
        _ => 0,
    };
    let grouped = |number: f64| number::grouped(number, digits(number));
    number.map_or("-".into(), grouped)
}

/// The table of the checks of a calibration.
pub fn of_checks(checks: &[Check]) -> String {
    of_columns(CHECKS, checks)
}

const CHECKS: [TextColumn<Check>; 7] = [
    ("", |check| check.what.clone()),
    ("expected", |check| check.expected.to_string()),
    ("measured", |check| or_dash(check.read)),
    ("difference", |check| or_dash(check.difference())),
    ("bound", |check| check.bound.to_string()),
    ("unit", |check| check.unit.to_string()),
    ("", |check| match (check.holds(), &check.error) {
        (true, _) => "ok".into(),
        (false, None) => "OUTSIDE THE BOUND".into(),
        (false, Some(error)) => error.clone(),
    }),
];

fn or_dash(value: Option<f64>) -> String {
    value.map_or("-".into(), |value| value.to_string())
}

fn names(part: &SuitePart) -> Vec<String> {
    let names = part.transports.iter().map(Transport::to_string);
    std::iter::once("transport".into()).chain(names).collect()
}

fn shown(column: &Column, cell: &Cell, repeats: u32) -> String {
    match &cell.estimate {
        Some(known) if column.ranked => {
            let number = |value| format!("{value:.*}", column.digits);
            estimate(known, repeats, number)
        }
        _ => median(column, cell),
    }
}

fn median(column: &Column, cell: &Cell) -> String {
    let digits = column.digits;
    let median = cell.estimate.map(|estimate| estimate.median);
    median.map_or("-".into(), |median| format!("{median:.digits$}"))
}

/// The ranks of a column in words; empty if there are none.
fn ranked(part: &SuitePart, column: &Column, cells: &[Cell]) -> String {
    let cells = part.transports.iter().zip(cells);
    let ranks = cells.filter_map(|(transport, cell)| Some((cell.rank?, transport)));
    let mut ranks: Vec<_> = ranks.collect();
    if ranks.is_empty() {
        return String::new();
    }
    ranks.sort();
    let ranks = ranks
        .iter()
        .map(|(rank, transport)| format!("{transport} {rank}"));
    let ranks = ranks.collect::<Vec<_>>().join(", ");
    format!("rank by {}: {ranks}\n", column.heading(&part.scenario))
}

/// Formats rows in these columns.
pub(crate) fn of_columns<Row, const N: usize>(
    columns: [TextColumn<Row>; N],
    rows: &[Row],
) -> String {
    let cells = |row: &Row| columns.map(|(_, cell)| cell(row));
    of_rows(columns.map(|(heading, _)| heading), rows.iter().map(cells))
}

/// Formats rows under their headings.
pub(crate) fn of_rows<const N: usize>(
    headings: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> String {
    let mut columns = headings.map(|heading| vec![heading.to_string()]);
    for row in rows {
        for (column, cell) in columns.iter_mut().zip(row) {
            column.push(cell);
        }
    }
    aligned(&columns)
}

/// Formats columns side by side: numbers are right-aligned, text is left-aligned.
fn aligned(columns: &[Vec<String>]) -> String {
    let is_number = |c: char| c.is_ascii_digit() || ['-', '+'].contains(&c);
    let mut lines = vec![String::new(); columns.first().map_or(0, Vec::len)];
    for (place, column) in columns.iter().enumerate() {
        let widest = column.iter().map(|cell| cell.chars().count()).max();
        let width = widest.unwrap_or(0);
        for (nth, (line, cell)) in lines.iter_mut().zip(column).enumerate() {
            // A heading is aligned like a number.
            *line += &match place > 0 && (nth == 0 || cell.starts_with(is_number)) {
                true => format!("{cell:>width$}  "),
                false => format!("{cell:width$}  "),
            };
        }
    }
    let ended = |line: &String| line.trim_end().to_owned() + "\n";
    lines.iter().map(ended).collect()
}

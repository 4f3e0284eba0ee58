//! Tables for the terminal.

use std::{
    collections::BTreeSet,
    fmt::{Display, Write},
    fs,
    path::PathBuf,
};

use anyhow::Context;

use crate::{
    record::{Check, Class, Measurement, Point, Record, Scenario, Suite, SuitePart},
    show::{
        brokers,
        claims::{
            self,
            claim::{Basis, Claim},
            rfc6202,
        },
        columns::{self, Cell, Column},
        estimate::estimate,
        freshness::{self, Freshness},
        language::Language,
        number, servers,
        words::{Words, brokers as brokers_texts, claims as texts, freshness::sentence},
    },
};

/// The table of one measurement: its columns, bytes by class, audit, warnings and error.
pub fn of_measurement(scenario: &Scenario, row: &Measurement) -> String {
    let mut text = String::new();
    let main = columns::main(scenario);
    let is_new = |cost: &&Column| main.iter().all(|column| column.name != cost.name);
    for column in main.iter().chain(columns::COST.iter().filter(is_new)) {
        if let Some(value) = (column.of)(row) {
            let (heading, digits) = (column.heading(scenario), column.digits);
            let _ = writeln!(text, "  {heading:34} {value:>12.digits$}");
        }
    }
    for class in Class::ALL {
        match columns::class(scenario, class)(row) {
            Some(bytes) if bytes > 0.0 => {
                let what = format!("bytes of {}", class.name());
                let _ = writeln!(text, "  {what:34} {bytes:>12.1}");
            }
            _ => {}
        }
    }
    if let Some(total) = row
        .bytes_per_update_by_arithmetic
        .and_then(|bytes| bytes.total)
    {
        let what = "bytes/update, article's response";
        let _ = writeln!(text, "  {what:34} {total:>12.1} by arithmetic");
    }
    let Measurement {
        updates_expected,
        updates_received,
        lost,
        duplicated,
        reordered,
        reconnects,
        ..
    } = row;
    let of_all = match updates_expected {
        // The run ended before the number was known.
        0 if *updates_received > 0 => String::new(),
        all => format!(" of {all}"),
    };
    let _ = writeln!(
        text,
        "  {updates_received}{of_all} updates received, {lost} lost, {duplicated} duplicated, \
         {reordered} reordered, {reconnects} reconnects"
    );
    for (what, why) in row.remarks() {
        let _ = writeln!(text, "  {what}: {why}");
    }
    format!("{}: {}\n{text}", row.transport, scenario.words())
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
        let (scenario, transport) = (
            &row.measurement.conditions.scenario,
            row.measurement.transport,
        );
        for (what, why) in row.measurement.remarks() {
            let repeat = row.repeat;
            let _ = writeln!(
                text,
                "{what}: {scenario}, {transport}, repeat {repeat}: {why}"
            );
        }
    }
    text
}

fn of_servers(record: &Record) -> String {
    let mut columns: Vec<_> = servers::HEADINGS
        .map(|heading| vec![heading.to_string()])
        .into();
    for line in servers::lines(record) {
        add(&mut columns, line.cells());
    }
    format!("\n{}\n{}\n", aligned(&columns), servers::NOTES)
}

/// The table of brokers; empty if the record has none.
fn of_brokers(record: &Record) -> String {
    let (lines, words) = (brokers::lines(record), Language::English.words());
    if lines.is_empty() {
        return String::new();
    }
    let mut columns: Vec<_> = words
        .of(brokers_texts::HEADINGS)
        .map(|heading| vec![heading.to_string()])
        .into();
    for line in lines {
        add(&mut columns, line.cells(words));
    }
    format!(
        "\n{}\n{}\n",
        aligned(&columns),
        words.of(brokers_texts::NOTES)
    )
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
    match freshness.and_then(|freshness| sentence(&freshness, words)) {
        Some(sentence) => format!("{}: {sentence}\n", part.scenario.name),
        None => String::new(),
    }
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
    let headings = words.of(texts::COLUMNS);
    let mut columns: Vec<Vec<String>> = headings.map(|heading| vec![heading.to_string()]).into();
    for claim in &claims {
        add(&mut columns, of_claim(claim, words));
    }
    let mut text = aligned(&columns);
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
        let known = claims.iter().filter(|claim| claim.recorded.is_some());
        known
            .filter(|claim| claim.quantity.basis() == basis)
            .count()
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
    let mut cells: Vec<Vec<String>> = [
        "",
        "expected",
        "measured",
        "difference",
        "bound",
        "unit",
        "",
    ]
    .map(|heading| vec![heading.to_string()])
    .into();
    for check in checks {
        let number = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value}"));
        let row = [
            check.what.clone(),
            number(Some(check.expected)),
            number(check.read),
            number(check.difference()),
            number(Some(check.bound)),
            check.unit.to_string(),
            match (check.holds(), &check.error) {
                (true, _) => "ok".into(),
                (false, None) => "OUTSIDE THE BOUND".into(),
                (false, Some(error)) => error.clone(),
            },
        ];
        add(&mut cells, row);
    }
    aligned(&cells)
}

fn names(part: &SuitePart) -> Vec<String> {
    let names = part
        .transports
        .iter()
        .map(|transport| transport.to_string());
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
    let mut ranks: Vec<_> = cells
        .filter_map(|(transport, cell)| Some((cell.rank?, transport)))
        .collect();
    ranks.sort();
    let ranks: Vec<_> = ranks
        .iter()
        .map(|(rank, transport)| format!("{transport} {rank}"))
        .collect();
    match ranks.is_empty() {
        true => String::new(),
        false => {
            let heading = column.heading(&part.scenario);
            format!("rank by {heading}: {}\n", ranks.join(", "))
        }
    }
}

/// Appends a row to the columns.
pub(crate) fn add<const N: usize>(columns: &mut [Vec<String>], row: [String; N]) {
    for (column, cell) in columns.iter_mut().zip(row) {
        column.push(cell);
    }
}

/// Formats columns side by side: numbers are right-aligned, text is left-aligned.
pub(crate) fn aligned(columns: &[Vec<String>]) -> String {
    let wide = |column: &Vec<String>| column.iter().map(|cell| cell.chars().count()).max();
    let widths: Vec<_> = columns
        .iter()
        .map(|column| wide(column).unwrap_or(0))
        .collect();
    let mut text = String::new();
    for nth in 0..columns.first().map_or(0, Vec::len) {
        let mut line = String::new();
        for (place, (column, wide)) in columns.iter().zip(&widths).enumerate() {
            let cell = &column[nth];
            let number = |c: char| c.is_ascii_digit() || ['-', '+'].contains(&c);
            let number = cell.starts_with(number) || nth == 0;
            let _ = match place > 0 && number {
                true => write!(line, "{cell:>wide$}  "),
                false => write!(line, "{cell:wide$}  "),
            };
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

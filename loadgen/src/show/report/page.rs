//! The report of a record.

use maud::{Markup, html};

use super::{caption::captioned, cluster, document::document, story, tables};
use crate::{
    record::{
        Environment, Point, Record, Suite, SuitePart,
        folder::{CALIBRATIONS, CAPTURES, ENVIRONMENT, HISTOGRAMS, ROWS, SUITE},
        torture::TORTURE,
    },
    show::{chart::Chart, kind::Kind, language::Language, table, words::Words},
};

/// The report is in English.
const WORDS: &Words = Language::English.words();

/// The whole page.
pub fn page(record: &Record, charts: &[Chart]) -> Markup {
    let name = record.folder.name();
    let title = format!("{name}: {}", record.suite.name);
    let (story, shown) = story::story(record, charts);
    let is_left = |chart: &&Chart| !chart.kind.is_of_talk() && !shown.contains(&chart.path());
    let left: Vec<_> = charts.iter().filter(is_left).collect();
    let body = html! {
        header {
            p.quiet { a href="../index.html" { "All records" } }
            h1 { "Record " (name) ", suite “" (record.suite.name) "”" }
            p.quiet { (WORDS.origin(record)) }
        }
        main {
            (prose(&record.suite.analysis))
            (story)
            (cluster::sections(record))
            h2 id=(story::NUMBERS) { "All numbers" }
            @if record.suite.has_peers() {
                (servers(record))
            } @else {
                @for parts in record.suite.over_wires() { (over_wires(record, parts, &left)) }
                @for group in record.suite.groups() {
                    @match &group[0].point {
                        None => (scenario(record, &group[0], &left)),
                        Some(point) => (sweep(record, group, point, &left)),
                    }
                }
            }
            (errors_and_warnings(record))
            @if !record.calibrations.is_empty() {
                h2 { "Calibration" }
                p {
                    "Before the measurements, the load generator was verified against known values: \
                     byte counts must agree exactly, and delays within their bounds."
                }
                @for checks in &record.calibrations { (tables::calibration(checks)) }
            }
            h2 { "Method" }
            p {
                "Slow clients never delay publishing (open loop). Latency is the arrival of an update \
                 minus its planned time, for every update and every client; both are read from the \
                 clock of the same machine. Every client verifies that each update arrives exactly once and in order. \
                 Every byte of every connection belongs to one class, and the sum must equal the \
                 kernel's own count. If a check fails, if the load generator was late, or if the \
                 clock was changed, the row has an error instead of numbers. Repeats are interleaved. \
                 Intervals are 95 % confidence intervals of the mean (Student's t). METHODOLOGY.md \
                 describes the whole method and what it favours."
            }
            h2 { "Environment" }
            (environment(&record.environment))
            h2 id=(story::DATA) { "Data" }
            (downloads(record, charts))
        }
    };
    document(&title, "loadgen report", body)
}

fn prose(text: &str) -> Markup {
    html! { @for paragraph in text.trim().split("\n\n") { p { (paragraph) } } }
}

/// The table of several servers, and its scenarios.
fn servers(record: &Record) -> Markup {
    let scenarios = &record.suite.scenarios;
    html! {
        (tables::servers(record))
        @for parts in scenarios.chunk_by(|one, next| one.variant_of == next.variant_of) {
            h3 { "Scenario “" (parts[0].variant_of.as_deref().unwrap_or_default()) "”" }
            p.quiet { (parts[0].scenario.words()) }
            (prose(&parts[0].analysis))
        }
    }
}

/// The charts of a scenario that was measured over several wires.
fn over_wires(record: &Record, parts: &[SuitePart], charts: &[&Chart]) -> Markup {
    let part = &parts[0];
    let name = part.variant_of.as_deref().unwrap_or_default();
    html! {
        section {
            h3 { "Scenario “" (name) "” over " (parts.len()) " wires" }
            p.quiet { (WORDS.repeats(record, part)) "." }
            (prose(&part.analysis))
            @for drawn in of(name, charts) { (captioned(drawn, part.scenario.direction)) }
        }
    }
}

fn scenario(record: &Record, part: &SuitePart, charts: &[&Chart]) -> Markup {
    let name = &part.scenario.name;
    let charts = of(name, charts);
    html! {
        section {
            h3 { "Scenario “" (name) "”" }
            p.quiet { (part.scenario.words()) "; " (WORDS.repeats(record, part)) "." }
            (prose(&part.analysis))
            @for drawn in charts { (captioned(drawn, part.scenario.direction)) }
            (tables::all(record, part))
        }
    }
}

fn sweep(record: &Record, group: &[SuitePart], point: &Point, charts: &[&Chart]) -> Markup {
    let part = Suite::base(group);
    let charts = of(&point.sweep, charts);
    html! {
        section {
            h3 { "Sweep “" (point.sweep) "” by " (point.parameter.words()) }
            p.quiet {
                (part.scenario.words()) ", and at other values of the parameter; " (WORDS.repeats(record, part)) "."
            }
            (prose(&part.analysis))
            @for drawn in charts { (captioned(drawn, part.scenario.direction)) }
            (tables::swept(record, group, point))
        }
    }
}

/// The charts of a scenario or a sweep.
fn of<'a>(scenario: &str, charts: &[&'a Chart]) -> impl Iterator<Item = &'a Chart> {
    let charts = charts.iter().copied();
    charts.filter(move |chart| chart.language == WORDS.language && chart.scenario == scenario)
}

fn errors_and_warnings(record: &Record) -> Markup {
    let missing = record.missing();
    let planned = record.suite.steps().len();
    html! {
        h2 { "Errors and warnings" }
        @if missing > 0 {
            p { (planned - missing) " of " (planned) " measurements were made." }
        }
        (listed("error", record))
        (listed("warning", record))
    }
}

fn listed(what: &str, record: &Record) -> Markup {
    let remarks = record.rows.iter().flat_map(|row| {
        let remarks = row.measurement.remarks();
        remarks
            .filter(|(kind, _)| *kind == what)
            .map(move |(_, text)| (row, text))
    });
    let remarks: Vec<_> = remarks.collect();
    html! {
        @if remarks.is_empty() {
            p { "No " (what) "." }
        } @else {
            ul {
                @for (row, text) in remarks {
                    li {
                        (what) ", " (row.measurement.conditions.scenario) ", " (row.measurement.transport)
                        ", repeat " (row.repeat) ": " (text)
                    }
                }
            }
        }
    }
}

fn environment(environment: &Environment) -> Markup {
    let of = environment;
    let gib = |bytes| format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30));
    let limit = of.open_files_limit.map(|limit| limit.to_string());
    let optimised = if of.optimised { "yes" } else { "no" };
    let facts = [
        ("Started", Some(of.began.clone())),
        ("Processor", of.cpu.clone()),
        ("Cores", Some(of.cores.to_string())),
        ("Memory", of.memory_bytes.map(gib)),
        ("Kernel", of.kernel.clone()),
        ("Limit of open files", limit),
        ("Compiler", Some(of.compiler.clone())),
        ("Optimised build", Some(optimised.into())),
        ("Revision", of.revision.clone()),
        ("Command", Some(of.command.clone())),
    ];
    html! {
        dl {
            @for (what, fact) in facts { dt { (what) } dd { (fact.as_deref().unwrap_or("unknown")) } }
            @if let Some(version) = &of.broker { dt { "Broker" } dd { "nats-server " (version) } }
        }
    }
}

fn downloads(record: &Record, charts: &[Chart]) -> Markup {
    let is_there = |path: &String| record.folder.path().join(path).is_file();
    let data = [ROWS, SUITE, ENVIRONMENT, CALIBRATIONS, CAPTURES, TORTURE];
    let mut data: Vec<_> = data.map(String::from).into();
    data.retain(is_there);
    let is_claims = |chart: &Chart| chart.kind == Kind::Claims;
    data.extend(charts.iter().any(is_claims).then(|| table::CLAIMS.into()));
    // Without a font there is no PNG.
    let charts = charts.iter().flat_map(|chart| {
        let png = chart.png_path().filter(&is_there);
        [Some(chart.path()), png].into_iter().flatten()
    });
    let charts: Vec<_> = charts.collect();
    html! {
        (files("Rows (one JSON object per line), suite and environment", &data))
        (files("Charts", &charts))
        (files("Latencies in HdrHistogram's interchange format", &[HISTOGRAMS.into()]))
    }
}

/// Longer lists of files are collapsed.
const FEW: usize = 20;

fn files(what: &str, paths: &[String]) -> Markup {
    html! {
        @if !paths.is_empty() {
            details open[paths.len() <= FEW] {
                summary { (what) ": " (paths.len()) }
                ul.files { @for path in paths { li { a href=(path) { (path) } } } }
            }
        }
    }
}

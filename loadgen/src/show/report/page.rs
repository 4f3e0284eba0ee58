//! What does the report of a record say?

use maud::{Markup, PreEscaped, html};
use server::Transport;

use super::{document, story, tables};
use crate::{
    record::{
        Direction,
        environment::Environment,
        folder::{Record, Row},
        suite::Part,
        sweep::Point,
    },
    show::{
        chart::{Figure, Kind},
        claims,
        words::{Language, Words},
    },
};

/// Where all scenarios stand in numbers.
pub const NUMBERS: &str = "numbers";
/// Where the data are.
pub const DATA: &str = "data";

/// The report is in English.
const WORDS: &Words = Language::English.words();

/// What to see in a kind of figure, in two sentences, and what not to conclude, in one. They hold
/// for any record: its figures speak for themselves.
const fn reading(kind: Kind, direction: Direction) -> (&'static str, &'static str) {
    match kind {
        Kind::Comparison => (
            "On the left, each answer has to be asked for: count the arrows that an update costs, \
             and see which updates wait at the server while a request is on its way. On the \
             right, a frame is all that an update costs once the handshake has opened the way.",
            "Do not conclude that long polling always makes updates wait: it does where updates \
             come sooner than the next request can, and this is one client in one short span.",
        ),
        Kind::Timeline => (
            "Time runs to the right, as on the figure that made the case for WebSocket in 2009: \
             count the arrows that reach the browser above the same piece of the ruler. There the \
             time of a message was assumed; here every arrow stands at the instants that were \
             captured.",
            "Do not conclude a latency from the number of arrows: it stands beside each update, \
             and is counted from the instant for which the update was planned.",
        ),
        Kind::Overhead if matches!(direction, Direction::Up) => (
            "The grey piece is what a client has published, and all that follows is what its \
             technique sends around it. Whoever publishes by POST pays two heads for it, a WebSocket \
             a frame.",
            "Do not conclude anything about receiving: what comes back to the client that \
             published is an update like any other, and is counted as one.",
        ),
        Kind::Overhead => (
            "The grey piece is the update itself, the same in every row; all that follows is what \
             a technique sends around it. Compare the row that sends a request for nearly every \
             update with the rows that keep one response open.",
            "Do not conclude that a technique which asks at intervals is thrifty because its bar \
             is short: where several updates share one answer they also share its heads, and they \
             have paid for it with latency.",
        ),
        Kind::Latency => (
            "Read a line from the left, where the luckiest updates are, to the right, where each \
             step shows ten times rarer misfortune. Look for two families: techniques that ask at \
             intervals wait for their next turn, the others only for the way and the machines.",
            "Do not conclude anything from small gaps between lines that lie close together, or \
             from their last points, which are few updates and say as much about the machine as \
             about the technique.",
        ),
        Kind::LatencySummary => (
            "The three marks of a row are the usual update, one in a hundred, and the worst; where \
             they lie together, a technique delivers evenly. Where intervals of two rows part, the \
             repeats show a difference.",
            "Do not conclude anything from maxima: each is a single update, and the next run has \
             another.",
        ),
        Kind::UseCasesLinear | Kind::UseCasesLog => (
            "Compare the hatched bar, as printed, with the filled ones beside it, as measured under \
             the article's own rule. The linear picture hides use case A and all of \
             WebSocket; the logarithmic one shows that the ratio is the same in all three.",
            "Do not conclude that this ratio is what a network carries: the rule leaves out the \
             payload and TCP/IP, which the last footnote counts.",
        ),
        Kind::Claims => (
            "Each row is one published figure: the tick as it was printed, the diamond as \
             arithmetic has it, the dot as measured here. A dot on the tick confirms the print, a \
             dot on the diamond the correction.",
            "Do not conclude anything from “not measured”: the record has no scenario that tells. And \
             where heads have grown since a source was written, a figure of bytes differs for that.",
        ),
        Kind::LatencyOver => (
            "The marks are measured, the thin lines are what arithmetic expects of machines that \
             take no time. Look where a line leaves its neighbours: there a technique's own way \
             of asking begins to cost more than the distance.",
            "Do not conclude that a technique is slow in itself: what it waits for is set by its \
             interval, by the distance and by the rate, and other values move the lines.",
        ),
        Kind::CpuOver => (
            "Each mark is the CPU time of the server process for one update that it delivers to one \
             client. The more clients there are, the more of them share the work of publishing and \
             waking: compare what is left for each at the right end.",
            "Do not conclude how many clients a server of yours can serve: this is one process of \
             ours on the machine below, which it shares with the load generator.",
        ),
        Kind::MemoryOver => (
            "Each mark is the memory of the server process. Where a line is flat the program itself \
             outweighs its clients; where it rises, the slope is what one more client takes.",
            "Do not conclude how many clients a server of yours can hold: another server keeps other \
             buffers, and the kernel's own memory for each connection is not in it.",
        ),
        Kind::OverheadOver => (
            "Both scales are logarithmic: a fixed head around a growing payload is a falling \
             line. Where it passes below a few percent, the head has stopped mattering.",
            "Do not conclude that large updates are free: the payload itself takes the bandwidth, \
             and is the same in every technique.",
        ),
    }
}

/// The whole page.
pub fn page(record: &Record, figures: &[Figure]) -> Markup {
    let name = record.folder.name();
    let title = format!("{name}: {}", record.suite.name);
    let (story, told) = story::told(record, figures);
    let left = figures
        .iter()
        .filter(|figure| !told.contains(&figure.path()));
    let left: Vec<_> = left.collect();
    let body = html! {
        header {
            p.quiet { a href="../index.html" { "All records" } }
            h1 { "Record " (name) ", suite “" (record.suite.name) "”" }
            p.quiet { (WORDS.origin(record)) }
        }
        main {
            (prose(&record.suite.analysis))
            (story)
            h2 id=(NUMBERS) { "All in numbers" }
            @for group in record.suite.groups() {
                @match &group[0].point {
                    None => (scenario(record, &group[0], &left)),
                    Some(point) => (sweep(record, group, point, &left)),
                }
            }
            (misfortunes(record))
            @if !record.calibrations.is_empty() {
                h2 { "Calibration" }
                p {
                    "Before it measured, the instrument read what is known: bytes must agree \
                     exactly, delays within their bounds."
                }
                @for checks in &record.calibrations { (tables::calibration(checks)) }
            }
            h2 { "Method" }
            p {
                "The server's schedule waits for nobody. Latency is the arrival of an update minus \
                 its planned instant, of every update and every client, read from the clock of this \
                 one machine. Every client checks that each update came once and in order, and every \
                 byte of every connection is in one class, held against the kernel's own count: where \
                 that fails, where the load generator itself was late or where the clock was set, there is an error \
                 in the place of figures. Repeats are interleaved; intervals are those of the mean by \
                 Student's t. METHODOLOGY.md, beside the programs' sources, has all of it, and what it favours."
            }
            h2 { "Environment" }
            (environment(&record.environment))
            h2 id=(DATA) { "Data" }
            (downloads(record, figures))
        }
    };
    document(&title, "loadgen report", body)
}

fn prose(text: &str) -> Markup {
    html! { @for paragraph in text.trim().split("\n\n") { p { (paragraph) } } }
}

fn scenario(record: &Record, part: &Part, figures: &[&Figure]) -> Markup {
    let name = &part.scenario.name;
    let figures = of(name, figures);
    html! {
        section {
            h3 { "Scenario “" (name) "”" }
            p.quiet { (part.scenario.words()) "; " (WORDS.repeats(record, part)) "." }
            (prose(&part.analysis))
            @for drawn in figures { (figure(drawn, part.scenario.direction)) }
            (tables::all(record, part))
        }
    }
}

fn sweep(record: &Record, group: &[Part], point: &Point, figures: &[&Figure]) -> Markup {
    let part = &group[0];
    let figures = of(&point.sweep, figures);
    html! {
        section {
            h3 { "Sweep “" (point.sweep) "” over " (point.parameter.words()) }
            p.quiet {
                (part.scenario.words()) ", and on; " (WORDS.repeats(record, part)) "."
            }
            (prose(&part.analysis))
            @for drawn in figures { (figure(drawn, part.scenario.direction)) }
            (tables::swept(record, group, point))
        }
    }
}

/// Those of a scenario or a sweep.
fn of<'a>(scenario: &str, figures: &[&'a Figure]) -> impl Iterator<Item = &'a Figure> {
    let english = |figure: &&&Figure| figure.language == WORDS.language;
    let figures = figures.iter().filter(english);
    figures
        .filter(move |figure| figure.scenario == scenario)
        .copied()
}

/// A figure, and how it is read.
pub fn figure(figure: &Figure, direction: Direction) -> Markup {
    let (see, not) = reading(figure.kind, direction);
    // Inside a page the namespace is known.
    let svg = figure
        .svg
        .replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1);
    html! {
        figure {
            div.picture tabindex="0" { (PreEscaped(svg)) }
            figcaption {
                p { (see) }
                p.not { (not) }
            }
        }
    }
}

fn misfortunes(record: &Record) -> Markup {
    let errors = record.rows.iter().filter_map(|row| {
        let error = row.measurement.error.as_ref()?;
        Some((row, error))
    });
    let warnings = record.rows.iter().flat_map(|row| {
        let warnings = row.measurement.warnings.iter();
        warnings.map(move |warning| (row, warning))
    });
    let (missing, _) = record.gaps();
    let planned = record.suite.steps().len();
    html! {
        h2 { "Errors and warnings" }
        @if missing > 0 {
            p { (planned - missing) " of " (planned) " measurements were made." }
        }
        (listed("error", &errors.collect::<Vec<_>>()))
        (listed("warning", &warnings.collect::<Vec<_>>()))
    }
}

fn listed(what: &str, all: &[(&Row, &String)]) -> Markup {
    html! {
        @if all.is_empty() {
            p { "No " (what) "." }
        } @else {
            ul {
                @for (row, text) in all {
                    li {
                        (what) ", " (row.measurement.scenario) ", " (row.measurement.transport)
                        ", repeat " (row.repeat) ": " (text)
                    }
                }
            }
        }
    }
}

fn environment(environment: &Environment) -> Markup {
    let unknown = || "unknown".to_string();
    let gib = |bytes| format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30));
    let limit = environment.open_files_limit.map(|limit| limit.to_string());
    let facts = [
        ("Began", environment.began.clone()),
        ("Processor", environment.cpu.clone().unwrap_or_else(unknown)),
        ("Cores", environment.cores.to_string()),
        ("Memory", environment.memory_bytes.map_or_else(unknown, gib)),
        ("Kernel", environment.kernel.clone().unwrap_or_else(unknown)),
        ("Open files at most", limit.unwrap_or_else(unknown)),
        ("Compiler", environment.compiler.clone()),
        (
            "Built for speed",
            if environment.optimised { "yes" } else { "no" }.into(),
        ),
        (
            "Revision",
            environment.revision.clone().unwrap_or_else(unknown),
        ),
        ("Command", environment.command.clone()),
    ];
    html! {
        dl { @for (what, fact) in &facts { dt { (what) } dd { (fact) } } }
    }
}

fn downloads(record: &Record, figures: &[Figure]) -> Markup {
    let data = ["measurements.jsonl", "suite.toml", "environment.json"];
    let mut data: Vec<_> = data.map(String::from).into();
    data.extend(record.folder.calibrations());
    let is_claims = |figure: &Figure| figure.kind == Kind::Claims;
    data.extend(figures.iter().any(is_claims).then(|| claims::TABLE.into()));
    // Without a font there is no PNG.
    let is_there = |path: &String| record.folder.path().join(path).is_file();
    let charts = figures.iter().flat_map(|figure| {
        let png = figure.png_path().filter(is_there);
        [Some(figure.path()), png].into_iter().flatten()
    });
    let charts: Vec<_> = charts.collect();
    let mut histograms = Vec::new();
    for part in &record.suite.scenarios {
        for transport in Transport::ALL {
            let rows = record.good_rows(&part.scenario.name, transport);
            histograms.extend(rows.map(|row| row.histogram()));
        }
    }
    html! {
        (files("The rows, one JSON object a line; what was measured; on what", &data))
        (files("Figures", &charts))
        (files("Latencies in HdrHistogram's interchange format", &histograms))
    }
}

/// More files than these are shown when they are asked for.
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

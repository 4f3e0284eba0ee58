//! Is overhead at equal freshness shown next to every table and ranking by bytes, and does a row have
//! the real interval?

use std::fs;

use loadgen::{
    record::{Record, Suite},
    show::{
        chart::{self, Chart},
        freshness::{EqualFreshness, Freshness},
        kind::Kind,
        language::Language,
        readme,
        report::page,
        table,
    },
};
use serde_json::{Value, json};
use server::Transport;

use crate::{by_hand, legible, running};

const SUITE: &str = r#"
name = "by hand"
analysis = "Nothing runs."
[[scenario]]
name = "near"
clients = 5
rate_per_s = 10
payload_bytes = 100
duration = "2s"
repeats = 1
analysis = "All eight transports at 1 s."
[[scenario]]
name = "near-interval"
clients = 5
rate_per_s = 10
payload_bytes = 100
duration = "1s"
transports = ["polling"]
sweep = { interval = ["20ms", "200ms"] }
repeats = 1
analysis = "Polling at shorter intervals."
[[scenario]]
name = "other"
clients = 6
rate_per_s = 10
payload_bytes = 100
duration = "1s"
transports = ["polling", "long-polling"]
repeats = 1
analysis = "Other conditions."
"#;

/// A row with this mean age of updates and this overhead.
fn row(scenario: &str, transport: Transport, age_ms: f64, overhead: f64) -> Value {
    let mut row = by_hand::row(scenario, transport.name(), 1);
    row["latency_us"]["mean"] = (age_ms * 1000.0).into();
    row["bytes_per_update"] = json!({
        "payload": 100.0, "request_head": overhead, "total": overhead + 100.0,
    });
    row
}

/// A record with this mean age of long polling.
fn record(age_ms: f64) -> (tempfile::TempDir, Record) {
    use Transport::*;
    let rows = [
        row("near", PageRefresh, 510.0, 120.0),
        row("near", Polling, 500.0, 80.0),
        row("near", HiddenFrame, 505.0, 130.0),
        row("near", LongPolling, age_ms, 840.0),
        row("near", ForeverFrame, 1.9, 144.0),
        row("near", HttpStreaming, 1.8, 111.0),
        row("near", Sse, 1.8, 125.0),
        row("near", WebSocket, 1.7, 106.0),
        row("near-interval-20ms", Polling, 10.0, 4_000.0),
        row("near-interval-200ms", Polling, 100.0, 400.0),
        row("other", Polling, 1.0, 1.0),
        row("other", LongPolling, 500.0, 840.0),
    ];
    by_hand::opened(SUITE, &rows)
}

fn drawn(record: &Record, kind: Kind) -> Chart {
    let mut charts = chart::all(record).into_iter();
    let found = charts.find(|chart| chart.kind == kind && chart.language == Language::English);
    found.expect("the record has such a chart")
}

fn equal(record: &Record, transport: Transport) -> Option<EqualFreshness> {
    Freshness::of(record, &record.suite.scenarios[0])?.equal(transport)
}

#[test]
fn overhead_is_compared_at_the_interval_of_equal_age() {
    let (_folder, record) = record(50.0);
    let Some(EqualFreshness::Is(point)) = equal(&record, Transport::Polling) else {
        panic!("50 ms is between two intervals");
    };
    // Twice the bytes of 100 ms, at half its interval.
    assert_eq!(point.overhead.round(), 800.0);
    assert_eq!(point.interval.unwrap().as_millis(), 100);
    let Some(EqualFreshness::MoreThan(point)) = equal(&record, Transport::HiddenFrame) else {
        panic!("its one interval is a bound");
    };
    assert_eq!(point.overhead, 130.0);
    assert_eq!(equal(&record, Transport::WebSocket), None);
}

#[test]
fn equal_freshness_is_next_to_every_table_by_bytes() {
    let (folder, record) = record(50.0);
    let sentence = "Overhead at long-polling's age, 50 ms: page-refresh > 120 B (1 s), \
                polling 800 B (100 ms), hidden-frame > 130 B (1 s).";
    let tables = table::of_record(&record);
    assert!(tables.contains(&format!("near: {sentence}\n")), "{tables}");
    // In the other scenario, polling at 1 s is fresher than long polling.
    let other = "other: Overhead at long-polling's age, 500 ms: polling < 1 B (1 s).";
    assert!(tables.contains(other), "{tables}");
    let overhead = drawn(&record, Kind::Overhead).svg;
    assert!(overhead.contains("polling 800 B (100 ms)"));

    let page = page::page(&record, &chart::all(&record)).into_string();
    let (_, table) = page
        .split_once("Overhead at equal freshness, near")
        .unwrap();
    let (table, _) = table.split_once("</table>").unwrap();
    let polling = "polling</th><td>500.00</td><td>80</td><td>800</td><td>100 ms</td>";
    assert!(table.contains(polling), "{table}");
    let websocket = "websocket</th><td>1.70</td><td>106</td><td>106</td><td>–</td>";
    assert!(table.contains(websocket), "{table}");

    for file in ["README.md", "README.ko.md"] {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        fs::copy(format!("{root}/{file}"), folder.path().join(file)).unwrap();
    }
    readme::write(&record, &record, None, None, folder.path()).unwrap();
    for (file, heading) in [
        ("README.md", "equal freshness"),
        ("README.ko.md", "같을 때"),
    ] {
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        let headings = text.lines().find(|line| line.contains(heading)).unwrap();
        assert_eq!(headings.matches('|').count(), 8, "{headings}");
        assert!(text.contains("| 180 | 80 | 800 (100 ms) |"), "{text}");
        assert!(text.contains("| 220 | 120 | > 120 (1 s) |"), "{text}");
        assert!(text.contains("| 206 | 106 | 106 |"), "{text}");
    }
}

#[test]
fn the_chart_has_a_mark_for_each_interval_and_is_legible_at_any_age() {
    for age_ms in [0.4, 2.9, 50.0, 100.0, 3_000.0] {
        let (_folder, record) = record(age_ms);
        let charts = chart::all(&record);
        legible::check(&charts);
        legible::whole(&charts);
    }
    let (_folder, record) = record(2.9);
    let chart = drawn(&record, Kind::OverheadOverAge);
    assert_eq!(chart.path(), "charts/overhead-over-age-near-interval.svg");
    let png = chart.png_path().unwrap();
    assert_eq!(png, "charts/overhead-over-age-near-interval.png");
    let text = "polling: 4,000 bytes at 10 ms (20 ms), 400 bytes at 100 ms (200 ms), 80 bytes at 500 \
                ms (1 s); ";
    assert!(chart.svg.contains(text), "{}", chart.svg);
    assert!(chart.svg.contains("polling &gt; 4,000 B (20 ms)"));
    let (_, texts) = chart.svg.split_once("</desc>").unwrap();
    for interval in ["20 ms", "200 ms", "1 s"] {
        assert!(texts.contains(&format!("{interval}\n")), "{interval}");
    }
}

#[test]
fn a_sweep_without_rows_has_a_chart_with_a_gap() {
    let (_folder, record) = by_hand::opened(SUITE, &[]);
    let chart = drawn(&record, Kind::OverheadOverAge);
    assert!(chart.svg.contains("no measurement: not recorded"));
}

#[test]
fn a_sweep_over_the_interval_is_for_transports_that_have_one() {
    let suite = Suite::parse(SUITE).unwrap();
    let swept = [("near-interval-20ms", 20), ("near-interval-200ms", 200)];
    for (part, (name, ms)) in suite.scenarios[1..].iter().zip(swept) {
        assert_eq!(part.scenario.name, name);
        assert_eq!(part.scenario.interval.as_millis(), ms);
    }
    let of_sse = "the sweep 'near-interval' varies the interval, which sse does not have";
    for (from, to, expected) in [
        (r#"["polling"]"#, r#"["polling", "sse"]"#, of_sse),
        ("20ms", "20", "'20' is not a valid interval"),
        ("20ms", "0ms", "interval is 0ns: use 1ms or more"),
    ] {
        let error = Suite::parse(&SUITE.replace(from, to)).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_row_has_the_real_interval_of_page_refresh() {
    let options = |transport| {
        format!(
            "--transport {transport} --interval 300ms --clients 2 --rate 10 --duration 1s \
             --warm-up 100ms"
        )
    };
    let row = running::measured(&options("page-refresh"));
    assert_eq!(row["interval_us"], 1_000_000);
    let warnings = row["warnings"].to_string();
    let expected = "interval-rounded: page refresh repeats in whole seconds, so the interval of 300 ms \
                    was rounded to 1 s;";
    assert!(warnings.contains(expected), "{warnings}");
    for transport in ["polling", "websocket"] {
        let row = running::measured(&options(transport));
        assert_eq!(row["interval_us"], 300_000, "{transport}");
        let warnings = row["warnings"].to_string();
        assert!(!warnings.contains("interval-"), "{warnings}");
    }
}

#[test]
fn a_client_that_polls_sends_its_next_request_after_the_response() {
    let row = running::measured(
        "--transport polling --interval 20ms --rtt 100ms --clients 1 --rate 20 --duration 2s \
         --warm-up 100ms",
    );
    assert_eq!(row["interval_us"], 20_000);
    let warnings = row["warnings"].to_string();
    assert!(warnings.contains("interval-missed: "), "{warnings}");
    // An update every 50 ms, a request every round trip of at least 100 ms.
    let requests = row["requests_per_update"].as_f64().unwrap();
    assert!((0.4..=0.55).contains(&requests), "{requests}");
}

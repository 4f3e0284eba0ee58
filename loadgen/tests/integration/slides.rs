//! Do the charts for the slides of the talk show the answers, and hide them before the reveal?

use loadgen::{
    record::Record,
    show::{
        chart::{self, Chart},
        kind::Kind,
        report::page,
    },
};
use serde_json::{Value, json};
use server::Transport;

use crate::{by_hand, legible};

const SUITE: &str = r#"
name = "by hand"
analysis = "Nothing runs."
[[scenario]]
name = "steady"
clients = 5
rate_per_s = 10
payload_bytes = 100
duration = "10s"
repeats = 1
analysis = "Overhead."
[[scenario]]
name = "case-a-2009"
header_profile = "article-2009"
transports = ["polling", "websocket"]
clients = 1000
rate_per_s = 1
payload_bytes = 100
duration = "10s"
repeats = 1
analysis = "The article's use case."
"#;

const WIRES: &str = r#"
name = "by hand"
analysis = "Nothing runs."
[[scenario]]
name = "overhead"
wires = ["http1", "http1-tls", "http2-tls"]
transports = ["long-polling", "websocket"]
clients = 5
rate_per_s = 4
payload_bytes = 100
duration = "1s"
repeats = 1
analysis = "Bytes."
"#;

/// Bytes of an update with 100 bytes of payload and this overhead.
fn bytes(overhead: f64) -> Value {
    json!({"payload": 100.0, "request_head": overhead, "total": 100.0 + overhead})
}

fn row(scenario: &str, transport: Transport, overhead: f64) -> Value {
    let mut row = by_hand::row(scenario, transport.name(), 1);
    row["bytes_per_update"] = bytes(overhead);
    row["latency_us"]["mean"] = json!(1_000.0);
    row
}

/// The rows of both scenarios: 843, 125 and 106 bytes of overhead, and 1,086 to 127 bytes in all.
fn rows() -> Vec<Value> {
    let overheads = [121.0, 85.0, 136.0, 843.0, 144.0, 111.0, 125.0, 106.0];
    let steady = Transport::ALL.iter().zip(overheads);
    let mut rows: Vec<_> = steady
        .map(|(&transport, overhead)| row("steady", transport, overhead))
        .collect();
    rows[0]["latency_us"]["mean"] = json!(500_000.0);
    for transport in [Transport::Polling, Transport::WebSocket] {
        let mut row = row("case-a-2009", transport, 106.0);
        row["header_profile"] = json!("article-2009");
        row["payload_bytes"] = json!(100);
        row["requests_per_update"] = json!(1.0);
        row["bytes_per_update_by_arithmetic"] = bytes(1_065.0);
        rows.push(row);
    }
    rows
}

fn wires() -> Vec<Value> {
    vec![
        row("overhead-http1", Transport::LongPolling, 847.0),
        row("overhead-http1", Transport::WebSocket, 106.0),
        row("overhead-http1-tls", Transport::WebSocket, 128.0),
        row("overhead-http2-tls", Transport::LongPolling, 300.0),
    ]
}

fn of_talk(record: &Record) -> Vec<Chart> {
    let charts = chart::all(record).into_iter();
    charts.filter(|chart| chart.kind.is_of_talk()).collect()
}

#[test]
fn a_chart_of_a_slide_hides_the_answer_only_for_the_question() {
    for (suite, rows, kind, name, shown, answers) in [
        (
            SUITE,
            rows(),
            Kind::SlideFigures,
            "slide-figures",
            "435.5 ×",
            &["8.55 ×", "1,086 B", "127 B"][..],
        ),
        (
            SUITE,
            rows(),
            Kind::SlideWhenNot,
            "slide-when-not",
            "843 B",
            &["125 B", "106 B", "144 B", "111 B"],
        ),
        (
            WIRES,
            wires(),
            Kind::SlideWhatCameAfter,
            "slide-what-came-after",
            "8.0 ×",
            &["2.3 ×", "300 B", "128 B"],
        ),
    ] {
        let (_folder, record) = by_hand::opened(suite, &rows);
        let charts = of_talk(&record);
        legible::check(&charts);
        legible::whole(&charts);
        let charts: Vec<_> = charts.iter().filter(|chart| chart.kind == kind).collect();
        let paths: Vec<_> = charts.iter().map(|chart| chart.path()).collect();
        let endings = [".svg", ".ko.svg", "-question.svg", "-question.ko.svg"];
        let expected = endings.map(|ending| format!("charts/{name}{ending}"));
        assert_eq!(paths, expected);
        for (nth, chart) in charts.iter().enumerate() {
            let is_question = nth >= 2;
            let contains = |text: &str| match chart.path().contains(".ko.") {
                true => chart.svg.contains(&text.replace(" ×", "배")),
                false => chart.svg.contains(text),
            };
            assert!(contains(shown), "{}", chart.path());
            assert_eq!(chart.svg.contains("\n?\n"), is_question);
            for answer in answers {
                let is_shown = contains(answer);
                assert_eq!(is_shown, !is_question, "{}: {answer}", chart.path());
            }
        }
    }
}

#[test]
fn charts_of_slides_have_large_text() {
    let (_folder, record) = by_hand::opened(SUITE, &rows());
    let (_wires, over_wires) = by_hand::opened(WIRES, &wires());
    for chart in [of_talk(&record), of_talk(&over_wires)].concat() {
        let sizes = chart.svg.split("font-size=\"").skip(1);
        for size in sizes {
            let size: f64 = size.split('"').next().unwrap().parse().unwrap();
            assert!(size > 23.9, "{}: {size}", chart.path());
        }
    }
}

#[test]
fn a_record_without_the_values_has_no_chart_of_a_slide() {
    let (_folder, record) = by_hand::opened(SUITE, &rows()[1..8]);
    assert_eq!(of_talk(&record), []);
    let (_folder, record) = by_hand::opened(WIRES, &wires()[..3]);
    assert_eq!(of_talk(&record), []);
}

#[test]
fn the_report_lists_the_charts_of_slides_but_does_not_show_them() {
    let (_folder, record) = by_hand::opened(SUITE, &rows());
    let report = page::page(&record, &chart::all(&record)).into_string();
    assert!(report.contains("href=\"charts/slide-figures.svg\""));
    assert!(!report.contains("435.5 ×"), "it has the claims instead");
}

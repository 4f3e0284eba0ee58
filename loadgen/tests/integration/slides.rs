//! Do the charts for the slides of the talk show the answers, and hide them before the reveal?

use loadgen::show::{
    chart::{self, Chart},
    kind::Kind,
    report::page,
};
use serde_json::{Value, json};
use server::Transport;

use crate::{by_hand, legible, wires};

const SUITE: &str = include_str!("../../scenarios/full.toml");

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

fn of_talk(suite: &str, rows: &[Value]) -> Vec<Chart> {
    let (_folder, record) = by_hand::opened(suite, rows);
    let charts = chart::all(&record).into_iter();
    charts.filter(|chart| chart.kind.is_of_talk()).collect()
}

#[test]
fn a_chart_of_a_slide_has_large_text_and_hides_the_answer_only_for_the_question() {
    let charts = [
        of_talk(SUITE, &rows()),
        of_talk(wires::SUITE, &wires::rows()),
    ]
    .concat();
    legible::check(&charts);
    legible::whole(&charts);
    let cases: [(_, _, _, &[&str]); 3] = [
        (
            Kind::SlideFigures,
            "slide-figures",
            "435.5 ×",
            &["8.55 ×", "1,086 B", "127 B"],
        ),
        (
            Kind::SlideWhenNot,
            "slide-when-not",
            "843 B",
            &["125 B", "106 B", "144 B", "111 B"],
        ),
        (
            Kind::SlideWhatCameAfter,
            "slide-what-came-after",
            "8.0 ×",
            &["2.2 ×", "282 B", "128 B"],
        ),
    ];
    for (kind, name, shown, answers) in cases {
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
            for size in chart.svg.split("font-size=\"").skip(1) {
                let size: f64 = size.split('"').next().unwrap().parse().unwrap();
                assert!(size > 23.9, "{}: {size}", chart.path());
            }
        }
    }
}

#[test]
fn a_record_without_the_values_has_no_chart_of_a_slide() {
    assert_eq!(of_talk(SUITE, &rows()[1..8]), []);
    assert_eq!(of_talk(wires::SUITE, &wires::rows()[..3]), []);
}

#[test]
fn the_report_lists_the_charts_of_slides_but_does_not_show_them() {
    let (_folder, record) = by_hand::opened(SUITE, &rows());
    let report = page::page(&record, &chart::all(&record)).into_string();
    assert!(report.contains("href=\"charts/slide-figures.svg\""));
    assert!(!report.contains("435.5 ×"), "it has the claims instead");
}

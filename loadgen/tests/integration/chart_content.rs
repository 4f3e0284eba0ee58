//! Do the charts of bytes, use cases, latency and claims show the values of the rows, and are they
//! legible for any values?

use std::time::Duration;

use loadgen::{
    record::{
        Bytes, BytesPerUpdate, Class, Conditions, HeaderProfile, Measurement, Record, Row, Suite,
    },
    show::{
        chart,
        claims::{
            self,
            claim::{Quantity, Verdict},
            use_case::UseCase,
        },
        kind::Kind,
        language::Language,
        report, table,
    },
};
use server::Transport;

use crate::legible;

/// A record of the quick suite, its first repeat.
pub fn kept() -> Record {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/quick");
    Record::read(path.as_ref()).unwrap()
}

/// Made-up rows of the use cases: the overhead of a poll and of a message of 100 bytes.
fn cases() -> Record {
    let mut record = kept();
    let template = record.rows[0].clone();
    record.suite = Suite::parse(include_str!("../../scenarios/full.toml")).unwrap();
    let scenarios = &mut record.suite.scenarios;
    scenarios.retain(|part| part.scenario.name.starts_with("case-"));
    record.rows.clear();
    for part in &record.suite.scenarios {
        for &transport in &part.transports {
            let polls = transport == Transport::Polling;
            let of_2009 = part.scenario.header_profile == HeaderProfile::Article2009;
            let request = if of_2009 { 716.0 } else { 545.0 };
            let header = |bytes| if polls { bytes } else { 0.0 };
            let measured = bytes(header(request), header(134.0), header(-2.0) + 2.0);
            let article = bytes(header(request), header(193.0), header(-2.0) + 2.0);
            record.rows.push(Row {
                repeat: 1,
                measurement: Measurement {
                    transport,
                    conditions: Conditions {
                        rate_per_s: Some(1.0),
                        ..Conditions::of(transport, &part.scenario)
                    },
                    requests_per_update: Some(header(1.0)),
                    bytes_per_update: measured,
                    bytes_per_update_by_direction: None,
                    bytes_per_update_by_arithmetic: of_2009.then_some(article),
                    ..template.measurement.clone()
                },
            });
        }
    }
    record
}

fn bytes(request_head: f64, response_head: f64, websocket_frame: f64) -> BytesPerUpdate {
    let tcp_ip = if request_head > 0.0 { 156.0 } else { 104.0 };
    let around = request_head + response_head + websocket_frame + tcp_ip;
    BytesPerUpdate {
        classes: Bytes::of(|class| match class {
            Class::Payload => Some(100.0),
            Class::RequestHead => Some(request_head),
            Class::ResponseHead => Some(response_head),
            Class::WebsocketFrame => Some(websocket_frame),
            Class::TcpIp => Some(tcp_ip),
            _ => Some(0.0),
        }),
        total: Some(100.0 + around),
    }
}

fn svg(record: &Record, kind: Kind, scenario: &str, language: Language) -> String {
    let charts = chart::all(record);
    let found = charts.into_iter().find(|chart| {
        (chart.kind, chart.scenario.as_str(), chart.language) == (kind, scenario, language)
    });
    found.expect("the chart is drawn").svg
}

fn english(record: &Record, kind: Kind, scenario: &str) -> String {
    svg(record, kind, scenario, Language::English)
}

/// Multiplies all times and bytes of an update.
fn scaled(record: &mut Record, factor: f64) {
    let bytes = |bytes: &mut BytesPerUpdate| {
        let scaled = |bytes: Option<f64>| bytes.map(|bytes| bytes * factor);
        bytes.classes = Bytes::of(|class| scaled(bytes.classes[class]));
        bytes.total = scaled(bytes.total);
    };
    for row in &mut record.rows {
        let row = &mut row.measurement;
        bytes(&mut row.bytes_per_update);
        if let Some(ways) = &mut row.bytes_per_update_by_direction {
            bytes(&mut ways.up);
            bytes(&mut ways.down);
        }
        row.bytes_per_update_by_arithmetic
            .iter_mut()
            .for_each(bytes);
        if let Some(publish) = &mut row.publish {
            bytes(&mut publish.bytes_per_publish);
        }
        let times = &mut row.latency_us;
        for us in [&mut times.p50, &mut times.p99, &mut times.max] {
            *us = us.map(|us| (us as f64 * factor) as u64);
        }
    }
}

#[test]
fn all_charts_are_legible_for_any_values() {
    let both = || [kept(), cases()];
    for factor in [1e-9, 1.0, 1e4, 1e7] {
        for mut record in both() {
            scaled(&mut record, factor);
            legible::check(&chart::all(&record));
        }
    }
    for transport in [Transport::Polling, Transport::WebSocket] {
        for mut record in both() {
            record
                .rows
                .retain(|row| row.measurement.transport == transport);
            legible::check(&chart::all(&record));
        }
    }
    for mut record in both() {
        for row in &mut record.rows {
            // Error messages keep their language and may be long.
            row.measurement.error = Some("lost: 3 <&> more; try again later, ".repeat(9));
        }
        legible::check(&chart::all(&record));
    }
}

#[test]
fn a_gap_shows_the_error_of_its_row() {
    let with_errors = |mut record: Record| {
        for row in &mut record.rows {
            row.measurement.error = Some("3 updates were lost".into());
        }
        record
    };
    // The captures of an invalid run are kept, but are not a result.
    let (quick, mut record) = (with_errors(kept()), with_errors(cases()));
    for chart in [chart::all(&quick), chart::all(&record)].concat() {
        assert_ne!(chart.kind, Kind::Claims, "no claim has a value");
        if chart.language == Language::English && !chart.kind.is_of_sweep() {
            let (_, drawn) = chart.svg.split_once("</desc>").unwrap();
            let has_gap = drawn.contains("no measurement: 3 updates");
            assert!(has_gap, "{}", chart.path());
        }
    }
    record.rows.clear();
    let drawn = english(&record, Kind::UseCasesLog, "case-a");
    assert!(drawn.contains("not recorded") && drawn.contains("69,680,000"));
}

#[test]
fn bytes_are_split_by_direction_and_publishes_are_drawn() {
    let mut record = kept();
    for row in &mut record.rows {
        let ways = row.measurement.bytes_per_update_by_direction.as_mut();
        let up = ways.filter(|_| row.measurement.transport == Transport::WebSocket);
        if let Some(up) = up {
            up.up.total = Some(77.7);
        }
    }
    let drawn = english(&record, Kind::Overhead, "steady");
    assert!(drawn.contains("\n77.7 B\n") && drawn.contains("\n154 B\n"));
    // An old record has no directions, so both are in one bar.
    for row in &mut record.rows {
        row.measurement.bytes_per_update_by_direction = None;
    }
    let drawn = english(&record, Kind::Overhead, "steady");
    assert!(!drawn.contains("\n154 B\n") && drawn.contains("\n206 B\n"));
    // 884 bytes of overhead with a POST, 58 with a frame.
    let drawn = english(&record, Kind::Overhead, "publish");
    for text in [
        "Overhead of a publish",
        "\n884 B\n",
        "\n58 B\n",
        "\n15.2 ×\n",
    ] {
        assert!(drawn.contains(text), "{text}");
    }
}

#[test]
fn use_cases_show_published_and_measured_numbers() {
    let record = cases();
    for kind in [Kind::UseCasesLinear, Kind::UseCasesLog] {
        for language in Language::ALL {
            let drawn = svg(&record, kind, "case-a", language);
            for text in [
                "696,800,000",
                "\n7,272,000\n",
                "\n5,432,000\n",
                "\n10 × B: 727,200,000\n",
                "\n10 × B: 1,600,000\n",
                "5.7 : 1",
                "8.6 : 1",
            ] {
                assert!(drawn.contains(text), "{kind:?}, {language:?}: {text}");
            }
        }
    }
    let quick = chart::all(&kept());
    let is_case = |kind| matches!(kind, Kind::UseCasesLinear | Kind::UseCasesLog);
    assert!(!quick.iter().any(|chart| is_case(chart.kind)));
}

#[test]
fn three_columns_of_latency_are_those_of_the_rows() {
    let mut record = kept();
    for row in &mut record.rows {
        let times = &mut row.measurement.latency_us;
        (times.p50, times.p99, times.max) = (Some(1_500), Some(23_000), Some(456_000));
        times.count = 100;
    }
    let drawn = english(&record, Kind::LatencySummary, "steady");
    for text in ["\n1.5 ms\n", "\n23 ms\n", "\n456 ms\n"] {
        assert_eq!(drawn.matches(text).count(), 8, "{text}");
    }
    for row in &mut record.rows {
        row.measurement.latency_us.count = 99;
    }
    let drawn = english(&record, Kind::LatencySummary, "steady");
    assert!(!drawn.contains("\n23 ms\n") && drawn.matches("\n–\n").count() == 8);
}

#[test]
fn a_percentile_of_few_updates_is_labelled_fan_out() {
    let labelled = |record: &Record| {
        let charts = [Kind::LatencySummary, Kind::Latency].map(|kind| {
            let drawn = english(record, kind, "steady");
            drawn.contains("updates, high percentiles show fan-out")
        });
        let report = report::page::page(record, &chart::all(record)).into_string();
        let texts = [table::of_record(record), report];
        (
            charts,
            texts.map(|text| text.contains("p99 ms (fan-out, not tail)")),
        )
    };
    let mut record = kept();
    // 200 clients, 10 updates a second: 30 in 3 s, 100 in 10 s.
    record.suite.scenarios.truncate(1);
    assert_eq!(labelled(&record), ([true; 2], [true; 2]));
    let korean = svg(&record, Kind::LatencySummary, "steady", Language::Korean);
    assert!(korean.contains("업데이트가 30개이므로"), "{korean}");
    record.suite.scenarios[0].scenario.duration = Duration::from_secs(10);
    assert_eq!(labelled(&record), ([false; 2], [false; 2]));
    // With one client, nothing fans out.
    record.suite.scenarios[0].scenario.duration = Duration::from_secs(3);
    record.suite.scenarios[0].scenario.clients = 1;
    assert_eq!(labelled(&record), ([false; 2], [false; 2]));
}

#[test]
fn verdicts_follow_the_rows() {
    let record = cases();
    let claims = claims::of_record(&record);
    let verdict = |quantity| {
        let mut found = claims.iter().filter(|claim| claim.quantity == quantity);
        found.next().unwrap().verdict()
    };
    assert_eq!(verdict(Quantity::PollHeaders), Verdict::Corrected);
    assert_eq!(verdict(Quantity::FrameHeader), Verdict::Holds);
    assert_eq!(verdict(Quantity::RatioWithTcpIp), Verdict::Predicted);
    let bits = |case| verdict(Quantity::PollingBits(case));
    assert_eq!([UseCase::A, UseCase::B].map(bits), [Verdict::Corrected; 2]);
    assert_eq!(verdict(Quantity::Knee), Verdict::Open);
    let drawn = english(&record, Kind::Claims, chart::ALL);
    assert!(drawn.contains("corrected") && drawn.contains("\n72,720,000\n"));
    assert!(svg(&record, Kind::Claims, chart::ALL, Language::Korean).contains("계산값과만 일치"));
}

//! Published claims, compared with records with known rows.

use std::{fs, path::Path};

use loadgen::{
    record::{Check, Record},
    show::{
        chart,
        claims::{
            self,
            claim::{Basis, Claim, Quantity, Verdict},
            rfc6202,
            use_case::UseCase,
        },
        kind::Kind,
        language::Language,
        readme,
        report::page::page,
        table,
    },
};
use serde_json::{Value, json};

use crate::{
    by_hand,
    running::{ended, program},
};

const SUITE: &str = include_str!("../../scenarios/full.toml");

fn record(rows: &[Value]) -> (tempfile::TempDir, Record) {
    by_hand::opened(SUITE, rows)
}

fn claim(record: &Record, quantity: Quantity) -> Claim {
    let mut claims = claims::of_record(record).into_iter();
    claims.find(|claim| claim.quantity == quantity).unwrap()
}

/// A long poll with four updates per second, one per response, and 24 updates for each client. Beyond
/// the knee, which is at 250 ms minus the machine's own time, their latency grows.
fn queued(rtt_ms: u64, repeat: u32, own_ms: f64) -> Value {
    let min_us = 1000 * rtt_ms;
    let growth_us = 1000.0 * (rtt_ms as f64 + own_ms - 250.0).max(0.0);
    let mean_us = min_us as f64 + growth_us * 11.5;
    let mut row = by_hand::row(&format!("knee-one-{rtt_ms}ms"), "long-polling", repeat);
    row["clients"] = 20.into();
    row["rate_per_s"] = 4.0.into();
    row["rtt_us"] = min_us.into();
    row["max"] = 1.into();
    row["latency_us"] = json!({"min": min_us, "mean": mean_us, "count": 480});
    row
}

#[test]
fn the_knee_is_fitted_for_each_repeat_and_has_their_interval() {
    let mut rows = Vec::new();
    for (repeat, own_ms) in [(1, 1.0), (2, 2.0), (3, 3.0)] {
        for rtt_ms in [100, 240, 260, 300, 400] {
            rows.push(queued(rtt_ms, repeat, own_ms));
        }
    }
    let (_folder, record) = record(&rows);
    let knee = claim(&record, Quantity::Knee);
    assert_eq!(knee.verdict(), Verdict::Predicted);
    assert_eq!(knee.quantity.basis(), Basis::Measured);
    let text = table::of_claims(&record);
    for part in [
        // 248 ± 4.303 / √3.
        "250  248.0 [245.5, 250.5]  measured",
        "\nIn brackets: 95 % confidence interval of the mean, 3 repeats.\n",
    ] {
        assert!(text.contains(part), "{text}");
    }

    let (_folder, near) = self::record(&rows[..2]);
    assert_eq!(claim(&near, Quantity::Knee).verdict(), Verdict::Open);
}

/// A long poll whose slowest update has this latency.
fn poll(scenario: &str, rtt_us: u64, repeat: u32, max_us: u64) -> Value {
    let mut row = by_hand::row(scenario, "long-polling", repeat);
    row["rtt_us"] = rtt_us.into();
    row["latency_us"]["max"] = max_us.into();
    row
}

#[test]
fn the_slowest_long_poll_is_the_maximum_of_all_rows_and_is_explained() {
    let mut rows = [
        poll("rate-100", 50_000, 1, 80_000),
        poll("rate-100", 50_000, 2, 77_000),
        poll("rate-100", 50_000, 3, 76_000),
        poll("distance", 100_000, 1, 149_000),
        poll("steady", 0, 1, 900_000),
        poll("knee-one-600ms", 600_000, 1, 9_000_000),
    ];
    rows[5]["max"] = 1.into();
    let (_folder, mut record) = record(&rows);
    let check = |rtt_ms: u64, late_us: u64| {
        // Named as in a current calibration; 10 ms as in an old record.
        let clients = if rtt_ms == 10 { "" } else { ", 20 clients" };
        let what = format!("websocket{clients}, rtt {rtt_ms} ms, p99");
        let expected = rtt_ms * 500;
        Check::us(what, expected, expected + late_us, 2_000)
    };
    record.calibrations = vec![
        vec![check(10, 900), check(50, 500), check(150, 100)],
        vec![check(50, 600)],
    ];
    let worst = rfc6202::worst(&record).unwrap();
    assert_eq!((worst.transits, worst.repeat), (3.2, 1));
    let late = (worst.above_three_us, worst.late_us);
    assert_eq!(late, (5_000.0, Some(600.0)));
    let claim = claim(&record, Quantity::LongPollWorst);
    assert_eq!(claim.recorded, Some(3.2));
    let text = table::of_claims(&record);
    let note = "scenario rate-100, repeat 1. That is 5.0 ms more than 3 transits. In the calibration, \
                a transit took 0.60 ms longer than set (p99, at the nearest round-trip time). Three \
                such transits explain 1.8 ms, but not the remaining 3.2 ms.";
    assert!(text.contains(note), "{text}");
    record.calibrations.clear();
    assert!(table::of_claims(&record).contains("no calibration of the link"));
    record.rows.truncate(0);
    assert!(!table::of_claims(&record).contains("slowest long poll of all rows"));
}

#[test]
fn polling_every_second_counts_only_at_rates_off_the_grid_of_the_interval() {
    let rows = |rate: f64| {
        [("polling", 550_000.0), ("websocket", 50_000.0)].map(|(transport, mean)| {
            let mut row = by_hand::row("poll-a-second", transport, 1);
            row["rate_per_s"] = rate.into();
            row["rtt_us"] = 100_000.into();
            row["interval_us"] = 1_000_000.into();
            row["latency_us"]["mean"] = mean.into();
            row
        })
    };
    for (rate, known) in [(3.7, Some(11.0)), (4.0, None), (0.5, None)] {
        let (_folder, record) = record(&rows(rate));
        let ratio = claim(&record, Quantity::PollingLatencyRatio);
        assert_eq!(ratio.recorded, known, "{rate}");
    }
}

/// Use case A: rows of the article's request header.
fn case_a(wire_bytes_per_s: Option<f64>) -> Vec<Value> {
    let row = |transport: &str| {
        let mut row = by_hand::row("case-a-2009", transport, 1);
        row["clients"] = 1000.into();
        row["rate_per_s"] = 1.0.into();
        row["header_profile"] = "article-2009".into();
        row["wire_bytes_per_s"] = json!(wire_bytes_per_s);
        row
    };
    vec![row("polling"), row("websocket")]
}

#[test]
fn bits_on_the_wire_are_measured_by_the_clock() {
    let (_folder, record) = record(&case_a(Some(205_000.0)));
    let websocket = claim(&record, Quantity::WebSocketWireBits(UseCase::A));
    assert_eq!(websocket.computed, 1_648_000.0);
    assert_eq!(websocket.verdict(), Verdict::Predicted);
    let polling = claim(&record, Quantity::PollingWireBits(UseCase::A));
    assert_eq!(polling.computed, 9_320_000.0);
    for bits in [websocket, polling] {
        assert_eq!(bits.recorded, Some(1_640_000.0));
    }
    // An old row lacks the number, and its payload differs from the computed one.
    let old = case_a(None);
    let mut other_payload = case_a(Some(205_000.0));
    other_payload[1]["payload_bytes"] = 21.into();
    for rows in [old, other_payload] {
        let (_folder, record) = self::record(&rows);
        let bits = claim(&record, Quantity::WebSocketWireBits(UseCase::A));
        assert_eq!(bits.recorded, None);
    }
}

#[test]
fn each_number_has_its_basis_in_every_output() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/quick");
    let record = Record::read(&path).unwrap();
    let bases = |basis| {
        let claims = claims::of_record(&record).into_iter();
        claims.filter(move |claim| claim.quantity.basis() == basis)
    };
    assert_eq!(Basis::ALL.map(|basis| bases(basis).count()), [11, 8, 2]);
    let quantities = bases(Basis::ByConstruction).map(|claim| claim.quantity);
    assert_eq!(
        quantities.collect::<Vec<_>>(),
        [
            Quantity::PollHeaders,
            Quantity::FrameHeader,
            Quantity::HeaderRatio,
            Quantity::RatioWithTcpIp,
            Quantity::PollingBits(UseCase::A),
            Quantity::WebSocketBits(UseCase::A),
            Quantity::PollingBits(UseCase::B),
            Quantity::WebSocketBits(UseCase::B),
        ]
    );
    let counts = "21 claims: 1 measured (on the wire or by the clock), 1 by construction, 2 by \
                  arithmetic, 17 not in this record.";
    let reproduced = ended(program().arg("reproduce").arg(&path)).stdout;
    assert_eq!(reproduced, table::of_claims(&record));
    assert!(reproduced.contains(counts), "{reproduced}");
    let without_charts = page(&record, &[]).into_string();
    assert!(!without_charts.contains(counts), "no chart to stand under");
    let charts = chart::all(&record);
    let page = page(&record, &charts).into_string();
    assert!(page.contains(counts) && page.contains("<td>by construction</td>"));

    let folder = tempfile::tempdir().unwrap();
    let before = "Before.\n<!-- record: written by `just readme`, not by hand -->\n";
    let between = "<!-- end of record -->\nBetween.\n\
                   <!-- claims: written by `just readme`, not by hand -->\n";
    let after = "<!-- end of claims -->\nAfter.\n";
    let write = |text: &str| {
        for name in ["README.md", "README.ko.md"] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        readme::write(&record, &record, None, None, folder.path())
    };
    write(&[before, "Old.\n", between, after].concat()).unwrap();
    let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let english = text("README.md");
    let fan_out = "With 30 updates, high percentiles show fan-out";
    for part in [counts, "| by construction |", fan_out, between] {
        assert!(english.contains(part), "{english}");
    }
    assert!(
        english.starts_with(before) && english.ends_with(after),
        "{english}"
    );
    assert!(!english.contains("Old."), "{english}");
    let korean = "주장 21개: 측정 1개(전송된 바이트 또는 시계), 설정값 1개, 산술 계산 2개, 이 기록에 없음 17개.";
    assert!(text("README.ko.md").contains(korean));
    let error = write(after).unwrap_err().to_string();
    assert!(error.ends_with("README.md lacks the markers"), "{error}");
    for (language, counts) in [(Language::English, counts), (Language::Korean, korean)] {
        let mut charts = charts.iter().filter(|chart| chart.kind == Kind::Claims);
        let chart = charts.find(|chart| chart.language == language).unwrap();
        assert!(chart.svg.contains(counts), "{language:?}");
    }
}

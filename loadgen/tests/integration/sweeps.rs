//! Do the charts of a sweep show the values of its rows and the missing ones?

use loadgen::{
    record::Record,
    show::{chart, kind::Kind, language::Language, report::page, table},
};
use serde_json::Value;

use crate::{by_hand, legible};

/// A suite with these sweeps: the name of each, and more keys.
fn suite(sweeps: &[(&str, &str)]) -> String {
    let head = "name = 'by hand'\nanalysis = 'Nothing runs.'".to_owned();
    let scenario = |&(name, keys): &(&str, &str)| {
        let same = "clients = 5\npayload_bytes = 100\nduration = '1s'\nanalysis = 'A sweep.'";
        format!("\n[[scenario]]\nname = '{name}'\n{same}\n{keys}")
    };
    head + &sweeps.iter().map(scenario).collect::<String>()
}

const FAR: &str = r#"
rate_per_s = 4
sweep = { rtt = ["0ms", "100ms", "400ms"] }
repeats = 2"#;

const MANY: &str = r#"
rate_per_s = 4
transports = ["sse", "websocket"]
sweep = { clients = [1, 10000] }
repeats = 1"#;

const LONG: &str = r#"
rate_per_s = 4
transports = ["sse"]
sweep = { payload_bytes = [100, 65536] }
repeats = 1"#;

const RATE: &str = r#"
rate_per_s = 1
transports = ["sse", "websocket"]
sweep = { rate_per_s = [0, 1, 10] }
repeats = 1"#;

fn row(scenario: &str, transport: &str, repeat: u32, mean_us: f64) -> Value {
    let mut row = by_hand::row(scenario, transport, repeat);
    row["latency_us"]["mean"] = mean_us.into();
    row
}

fn record(rows: &[Value]) -> (tempfile::TempDir, Record) {
    by_hand::opened(
        &suite(&[("far", FAR), ("many", MANY), ("long", LONG)]),
        rows,
    )
}

fn svg(record: &Record, kind: Kind) -> String {
    let charts = chart::all(record);
    let chart = charts.into_iter().find(|chart| chart.kind == kind);
    chart.expect("the sweep has its chart").svg
}

const KINDS: [Kind; 4] = [
    Kind::LatencyOver,
    Kind::CpuOver,
    Kind::MemoryOver,
    Kind::OverheadOver,
];

#[test]
fn each_sweep_has_its_charts_and_its_points() {
    let mut rows = Vec::new();
    for (rtt, mean) in [("0ms", 400.0), ("100ms", 50_400.0), ("400ms", 200_400.0)] {
        for repeat in [1, 2] {
            rows.push(row(&format!("far-{rtt}"), "websocket", repeat, mean));
        }
    }
    rows.push(row("many-1", "sse", 1, 1.0));
    rows.push(row("many-10000", "sse", 1, 1.0));
    let (_folder, record) = record(&rows);
    let charts = chart::all(&record);
    legible::check(&charts);
    let english = charts.iter();
    let english = english.filter(|chart| chart.language == Language::English);
    let paths: Vec<_> = english.map(|chart| chart.path()).collect();
    let expected = [
        "charts/latency-over-far.svg",
        "charts/cpu-over-many.svg",
        "charts/memory-over-many.svg",
        "charts/overhead-over-long.svg",
        "charts/claims-all.svg",
    ];
    assert_eq!(paths, expected);
    let latency = svg(&record, Kind::LatencyOver);
    let points = "websocket: 0.40 ms at 0, 50 ms at 100, 200 ms at 400";
    assert!(latency.contains(points), "{latency}");
    assert!(latency.contains("polling: no measurement: not recorded"));
    // That row has 5.981 µs of CPU and 9,027,584 bytes.
    assert!(svg(&record, Kind::CpuOver).contains("sse: 5.98 µs at 1, 5.98 µs at 10,000"));
    assert!(svg(&record, Kind::MemoryOver).contains("9.03 MB"));
    let text = table::of_record(&record);
    let means = "websocket       0.40  50.40  200.40";
    assert!(text.contains(means), "{text}");
}

#[test]
fn a_variation_is_labelled_and_may_be_the_range() {
    let repeats = |means: [f64; 2]| {
        let rows = (1..).zip(means);
        let rows = rows.map(|(repeat, mean)| row("far-0ms", "sse", repeat, mean));
        rows.collect::<Vec<_>>()
    };
    // 50.0 ± 1.3 ms, widened by a thousandth.
    let (_folder, record) = self::record(&repeats([49_900.0, 50_100.0]));
    let page = page::page(&record, &[]).into_string();
    assert!(page.contains("[48.68, 51.32]"), "{page}");
    assert!(page.contains("[95 % confidence interval of the mean, 2 repeats]"));
    assert!(page.contains("(lowest to highest repeat)"));
    assert!(page.contains("p99 ms (fan-out, not tail at 0, 100, 400) by round-trip time, ms"));
    // 3.87 ± 31 ms.
    let (_folder, record) = self::record(&repeats([1_430.0, 6_310.0]));
    let page = page::page(&record, &[]).into_string();
    assert!(page.contains("(1.43 to 6.31)"), "{page}");
    // One of two.
    let (_folder, record) = self::record(&repeats([49_900.0, 50_100.0])[..1]);
    let text = table::of_record(&record);
    let fan_out = "p99 ms (fan-out, not tail at 0ms, 100ms, 400ms):";
    assert!(text.contains(fan_out), "{text}");
}

#[test]
fn a_sweep_without_rows_shows_gaps_and_the_same_rows_give_the_same_bytes() {
    let (_folder, empty) = record(&[]);
    for kind in KINDS {
        let drawn = svg(&empty, kind);
        assert!(drawn.contains("not recorded"), "{kind:?}");
        assert_eq!(drawn, svg(&empty, kind));
    }
    let page = page::page(&empty, &chart::all(&empty)).into_string();
    assert!(page.contains("0 of") && page.contains("Sweep “far”"));
}

#[test]
fn extreme_values_stay_inside_the_chart() {
    let mut rows = Vec::new();
    for (nth, mean) in [0.001, 1.0, 3.6e9].into_iter().enumerate() {
        let rtt = ["0ms", "100ms", "400ms"][nth];
        for transport in ["polling", "long-polling", "sse", "websocket"] {
            rows.push(row(&format!("far-{rtt}"), transport, 1, mean));
            rows.push(row(&format!("far-{rtt}"), transport, 2, mean * 3.0));
        }
    }
    let (_folder, mut record) = record(&rows);
    legible::check(&chart::all(&record));
    let drawn = svg(&record, Kind::LatencyOver);
    for attribute in [" x=\"", " y=\"", " cx=\"", " cy=\""] {
        for value in drawn.split(attribute).skip(1) {
            let value: f64 = value.split('"').next().unwrap().parse().unwrap();
            assert!((0.0..=1280.0).contains(&value), "{attribute}{value}");
        }
    }
    for row in &mut record.rows {
        row.measurement.error = Some("lost: 3 <&> more; try again later, ".repeat(9));
    }
    legible::check(&chart::all(&record));
}

#[test]
fn rate_0_of_a_sweep_has_what_idle_clients_cost_and_no_point_in_the_chart() {
    let mut silent = row("rate-0", "sse", 1, 0.0);
    silent["latency_us"]["mean"] = Value::Null;
    silent["idle_bytes_per_client_minute"] = 412.into();
    silent["server"]["idle_cpu_us_per_client_s"] = 7.25.into();
    let rows = [
        silent,
        row("rate-1", "sse", 1, 400.0),
        row("rate-10", "sse", 1, 300.0),
    ];
    let (_folder, record) = by_hand::opened(&suite(&[("rate", RATE)]), &rows);
    legible::check(&chart::all(&record));
    let latency = svg(&record, Kind::LatencyOver);
    let points = "sse: 0.40 ms at 1, 0.30 ms at 10";
    assert!(latency.contains(points), "{latency}");
    assert!(!latency.contains("sse at 0"), "{latency}");
    let text = table::of_record(&record);
    let has = |table: &str| assert!(text.contains(table), "{table}\n{text}");
    has("rate: 5 clients, 1 update/s");
    has("mean ms:\ntransport     1    10\nsse        0.40  0.30\n");
    has("idle server CPU µs per client and second:\ntransport     0\nsse        7.25\n");
}

#[test]
fn a_sweep_of_publishing_clients_is_shown_in_tables() {
    let up = suite(&[("rate", RATE)]).replace("clients = 5", "clients = 1\ndirection = \"up\"");
    let (_folder, record) = by_hand::opened(&up, &[]);
    let charts = chart::all(&record);
    assert!(charts.iter().all(|chart| !chart.kind.is_of_sweep()));
    let text = table::of_record(&record);
    for column in [
        "server CPU µs/publish:",
        "round trip p50 ms:",
        "idle bytes per client",
    ] {
        assert!(text.contains(column), "{text}");
    }
    let page = page::page(&record, &charts).into_string();
    assert!(page.contains("idle server CPU µs per client and second by updates per second"));
}

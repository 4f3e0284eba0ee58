//! Does a record of several servers show the cost of each and the missing values?

use std::process::Command;

use loadgen::show::{chart, kind::Kind, language::Language, report::page, table};
use serde_json::{Value, json};

use crate::{by_hand, legible, running::ended};

fn suite() -> String {
    by_hand::suite(
        r#"[
        { name = "cost", transports = ["sse", "websocket"], peers = ["write-loop", "nchan", "npm-ws"], repeats = 2 },
        { name = "rate", transports = ["websocket"], peers = ["write-loop", "nchan"], sweep = { rate_per_s = [8.0, 16.0] } },
        { name = "memory", transports = ["websocket"], peers = ["write-loop"], clients = 50 },
        ]"#,
    )
}

fn row(scenario: &str, repeat: u32, cpu_us: f64, p99_us: u64) -> Value {
    let mut row = by_hand::row(scenario, "websocket", repeat);
    row["server"]["cpu_us_per_update"] = cpu_us.into();
    row["latency_us"]["p99"] = p99_us.into();
    row["arrivals_sharing_timestamp"] = json!(row["updates_received"].as_u64().unwrap() / 2);
    row
}

fn rows() -> Vec<Value> {
    let mut memory = row("memory-ours", 1, 9.0, 1);
    memory["server"]["rss_bytes_per_client"] = json!(6200.0);
    memory["server"]["kernel_bytes_per_client"] = json!(4400.0);
    vec![
        row("cost-ours", 1, 6.0, 20_000),
        row("cost-write-loop", 1, 4.0, 10_000),
        row("cost-ours", 2, 6.6, 20_000),
        row("cost-write-loop", 2, 4.4, 10_000),
        row("rate-8-ours", 1, 6.0, 99_000),
        row("rate-16-ours", 1, 6.0, 150_000),
        row("rate-8-write-loop", 1, 4.0, 20_000),
        row("rate-16-write-loop", 1, 4.0, 30_000),
        memory,
    ]
}

/// The text of the line of a server.
fn line(table: &str, server: &str) -> String {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines = table.lines().map(words);
    let begin = format!("websocket {server} ");
    lines.find(|line| line.starts_with(&begin)).unwrap()
}

#[test]
fn the_table_has_a_line_for_each_server_and_transport() {
    let (_folder, record) = by_hand::opened(&suite(), &rows());
    let table = table::of_record(&record);
    let ours = line(&table, "ours");
    // The ratio is 1.5 in both repeats; half of the updates shared a read with another one.
    assert!(ours.contains(") 1.50 [1.50, 1.50] 2.00 "), "{ours}");
    assert!(ours.ends_with(" 8 6.2 4.4"), "{ours}");
    let write_loop = line(&table, "write-loop");
    assert!(write_loop.contains(" 1.00 [1.00, 1.00] "), "{write_loop}");
    assert!(write_loop.ends_with(" 16 or more - -"), "{write_loop}");
    assert_eq!(line(&table, "nchan"), "websocket nchan - - - - - - - -");
    assert!(!table.contains("sse       npm-ws"), "{table}");
}

#[test]
fn the_chart_shows_the_cost_of_each_server_and_gaps() {
    let (_folder, record) = by_hand::opened(&suite(), &rows());
    let charts = chart::all(&record);
    legible::check(&charts);
    assert_eq!(charts.len(), Language::ALL.len());
    assert_eq!(charts[0].kind, Kind::Servers);
    assert_eq!(charts[0].path(), "charts/servers-all.svg");
    let text =
        "websocket, ours: CPU time per delivered update, µs 6.3; memory per client, kB 6.2 + 4.4";
    assert!(charts[0].svg.contains(text), "{}", charts[0].svg);
    assert!(charts[0].svg.contains("no measurement: not recorded"));
    let report = page::page(&record, &charts).into_string();
    assert!(report.contains("1.50 [1.50, 1.50]"), "{report}");
}

#[test]
fn a_suite_with_peers_names_the_recipe_that_builds_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("suite.toml");
    std::fs::write(&path, suite()).unwrap();
    // There is no other program next to a copy of the load generator.
    let program = folder.path().join("loadgen");
    std::fs::copy(env!("CARGO_BIN_EXE_loadgen"), &program).unwrap();
    let ended = ended(Command::new(program).arg("record").arg(path));
    assert_ne!(ended.code, Some(0));
    assert!(ended.stderr.contains("'just perf' builds it"), "{ended:?}");
}

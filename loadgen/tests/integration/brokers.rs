//! Does a record of brokers show what they add, and does the suite run with brokers and without?

use std::{fs, path::Path, process::Command};

use loadgen::{
    record::{ErrorCode, Record, folder::ROWS},
    show::{brokers, language::Language, report::page, table},
};
use serde_json::{Value, json};

use crate::{by_hand, running};

const SUITE: &str = r#"
name = "by hand"
analysis = "Nothing runs."
[[scenario]]
name = "embedded"
transports = ["sse", "websocket"]
clients = 5
rate_per_s = 4
payload_bytes = 100
duration = "1s"
repeats = 3
analysis = "Without brokers."
[[scenario]]
name = "three-servers"
transports = ["sse", "websocket"]
brokers = 3
servers = 3
clients = 5
rate_per_s = 4
payload_bytes = 100
duration = "1s"
repeats = 3
analysis = "With brokers."
[[scenario]]
name = "slow"
transports = ["sse"]
brokers = 1
clients = 5
rate_per_s = 2
payload_bytes = 100
duration = "1s"
repeats = 1
analysis = "Other conditions, so nothing to compare with."
"#;

fn row(scenario: &str, repeat: u32, [p50_us, p99_us]: [u64; 2], broker_us: Option<f64>) -> Value {
    let mut row = by_hand::row(scenario, "sse", repeat);
    row["latency_us"]["p50"] = p50_us.into();
    row["latency_us"]["p99"] = p99_us.into();
    row["server"]["cpu_us_per_update"] = json!(8.0);
    row["server"]["broker_cpu_us_per_update"] = broker_us.into();
    row
}

fn rows() -> Vec<Value> {
    vec![
        row("embedded", 1, [500, 900], None),
        row("embedded", 2, [700, 1_000], None),
        row("embedded", 3, [600, 1_000], None),
        row("three-servers", 1, [1_500, 3_000], Some(20.0)),
        // Faster than without brokers.
        row("three-servers", 2, [600, 9_000], Some(30.0)),
        row("three-servers", 3, [2_000, 4_000], Some(25.0)),
        row("slow", 1, [1_500, 3_000], Some(20.0)),
    ]
}

#[test]
fn what_brokers_add_is_the_difference_of_percentiles_in_the_same_repeat() {
    let (_folder, record) = by_hand::opened(SUITE, &rows());
    let words = Language::English.words();
    let lines = brokers::lines(&record);
    let cells: Vec<_> = lines.iter().map(|line| line.cells(words)).collect();
    assert_eq!(cells.len(), 4, "{cells:?}");
    let [_, feed, p50, p99, added_p50, added_p99, server, broker] = &cells[1];
    assert_eq!(feed, "3 brokers, 3 servers");
    assert_eq!(p50, "1.50");
    assert_eq!(p99, "4.00");
    assert_eq!(added_p50, "+1.00 (-0.10 to +1.40)");
    assert_eq!(added_p99, "+3.00 (+2.10 to +8.00)");
    // 8 and 25 µs for each of 5 clients.
    assert_eq!([server.as_str(), broker], ["40", "125"]);
    assert_eq!(cells[0][1], "memory of the server");
    assert_eq!([&cells[0][4], &cells[0][7]], ["–", "–"]);
    assert_eq!(cells[3][2], "–", "nothing was measured");
}

#[test]
fn the_table_of_brokers_is_in_the_report_and_in_both_languages() {
    let (_folder, record) = by_hand::opened(SUITE, &rows());
    let text = table::of_record(&record);
    assert!(text.contains("+1.00 (-0.10 to +1.40)"), "{text}");
    let page = page::page(&record, &[]).into_string();
    for text in [
        "What a broker adds",
        "+1.00 (-0.10 to +1.40)",
        "difference of two percentiles",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let korean = brokers::markdown(&record, "[x](x)", Language::Korean.words()).unwrap();
    let row = "| sse | 브로커 3대, 서버 3대 | 1.50";
    assert!(korean.contains(row), "{korean}");
    let (_folder, without) = by_hand::opened(SUITE, &rows()[..3]);
    assert!(!page::page(&without, &[]).into_string().contains("torture"));
}

#[test]
fn the_report_shows_the_result_of_a_torture_in_the_folder() {
    let (folder, _) = by_hand::opened(SUITE, &rows());
    let path = folder.path().join("2026-01-02");
    let sse = json!({
        "transport": "sse", "deliveries": 1_234_567, "missed_notices": 3, "missed_updates": 40,
        "started_over_notices": 2, "silent_losses": 0, "duplicates": 0, "mismatches": 0,
        "reconnects": 7, "rejected": 1, "longest_silence_s": 6.25,
    });
    let torture = json!({
        "duration_s": 600.0, "brokers": 3, "servers": 3, "clients": 100, "rate_per_s": 25.0,
        "published": {
            "acknowledged": 14_000, "ticks": 900, "retries": 12, "unacknowledged": 0, "lost": 0,
            "duplicated": 0, "reordered": 0,
            "acknowledged_us_p50": 900, "acknowledged_us_p99": 2_000,
        },
        "transports": [sse], "histories": [],
        "faults": [{ "at_s": 5.0, "what": "server-2 killed", "lasted_s": 5.0, "recovered_s": 1.5, "recovered_after_repair_s": 0.2 }],
    });
    fs::write(path.join("torture.json"), torture.to_string()).unwrap();
    let page = page::page(&Record::read(&path).unwrap(), &[]).into_string();
    let updates = "14,000 updates acknowledged";
    for text in [
        "1,234,567",
        "server-2 killed",
        updates,
        "href=\"torture.json\"",
    ] {
        assert!(page.contains(text), "{text}");
    }
    fs::write(path.join("torture.json"), "{").unwrap();
    let error = format!("{:#}", Record::read(&path).unwrap_err());
    assert!(error.contains("torture.json"), "{error}");
}

/// A suite that can be measured in seconds: without brokers, and with one broker and two servers.
const SMALL: &str = r#"
name = "small"
analysis = "A suite for a test."
[[scenario]]
name = "embedded"
transports = ["sse"]
clients = 4
rate_per_s = 20
payload_bytes = 200
duration = "1s"
warm_up = "100ms"
repeats = 1
analysis = "Without brokers."
[[scenario]]
name = "two-servers"
transports = ["sse"]
brokers = 1
servers = 2
clients = 4
rate_per_s = 20
payload_bytes = 200
duration = "1s"
warm_up = "100ms"
repeats = 1
analysis = "With a broker."
"#;

/// Records the small suite in a folder. Returns the rows, the version of the brokers, and the messages.
fn recorded(mut command: Command, folder: &Path) -> (Vec<Value>, Option<String>, String) {
    let suite = folder.join("small.toml");
    fs::write(&suite, SMALL).unwrap();
    command.arg("record").arg(&suite);
    command.arg("--results").arg(folder.join("results"));
    let output = command.output().unwrap();
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut records = fs::read_dir(folder.join("results")).unwrap();
    let record = records.find_map(|entry| Some(entry.unwrap().path()).filter(|path| path.is_dir()));
    let record = record.expect(&messages);
    let rows = fs::read_to_string(record.join(ROWS)).unwrap();
    let rows = rows.lines().map(|row| serde_json::from_str(row).unwrap());
    let broker = Record::read(&record).unwrap().environment.broker;
    (rows.collect(), broker, messages)
}

#[test]
fn a_suite_is_measured_with_brokers_and_without() {
    if let Err(missing) = server::cluster::require_broker() {
        return running::skipped(&missing.to_string());
    }
    let folder = tempfile::tempdir().unwrap();
    let command = Command::new(env!("CARGO_BIN_EXE_loadgen"));
    let (rows, broker, messages) = recorded(command, folder.path());
    assert!(broker.is_some_and(|it| it.starts_with("2.")), "{messages}");
    for row in &rows {
        let code = running::error_code(row);
        assert!(code.is_none_or(ErrorCode::is_retryable), "{messages}");
    }
    for (scenario, brokers, servers) in [("embedded", 0, 1), ("two-servers", 1, 2)] {
        let mut rows = rows.iter();
        let row = rows
            .find(|row| row["scenario"] == scenario)
            .expect(&messages);
        assert_eq!(row["brokers"], brokers, "{scenario}");
        assert_eq!(row["servers"], servers, "{scenario}");
        assert_eq!(row["unexplained_bytes"], 0, "{scenario}");
        assert_eq!(row["lost"], 0, "{scenario}");
        if row["error"].is_null() {
            assert!(row["updates_received"].as_u64().unwrap() >= 4 * 19);
            let costs = &row["server"];
            assert!(costs["cpu_us_per_update"].as_f64().unwrap() > 0.0);
            assert_eq!(costs["broker_cpu_us_per_update"].is_number(), brokers > 0);
        }
    }
}

#[test]
fn without_the_program_of_the_brokers_only_the_other_scenarios_are_measured() {
    let system = ["/usr/sbin/nats-server", "/sbin/nats-server"];
    if system.iter().any(|path| Path::new(path).is_file()) {
        return running::skipped("nats-server is installed for all users");
    }
    // Elsewhere, so that the programs do not find the broker that is installed in the project.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let loadgen = Path::new(env!("CARGO_BIN_EXE_loadgen"));
    for program in ["loadgen", "server"] {
        fs::hard_link(loadgen.with_file_name(program), folder.path().join(program)).unwrap();
    }
    let mut command = Command::new(folder.path().join("loadgen"));
    command
        .env("PATH", "/nonexistent")
        .env_remove("CARGO_MANIFEST_DIR");
    let (rows, broker, messages) = recorded(command, folder.path());
    assert_eq!(broker, None);
    let reason = "scenarios with brokers are not measured: nats-server is not installed: .ci/setup";
    assert!(messages.contains(reason), "{messages}");
    assert!(!rows.is_empty());
    for row in rows {
        assert_eq!(row["scenario"], "embedded", "{messages}");
    }
}

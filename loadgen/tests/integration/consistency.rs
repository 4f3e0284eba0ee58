//! Is an inconsistent record an error of `charts` and `report`, with nothing overwritten?

use std::{
    fs,
    path::{Path, PathBuf},
};

use loadgen::record::folder::{HISTOGRAMS, ROWS, SUITE};
use serde_json::{Value, json};

use crate::running::{Ended, ended, program};

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/quick");
const OLD: &str = "from before";

/// A copy of the fixture with a report and a chart that were drawn before.
fn copy(folder: &Path) -> PathBuf {
    let record = folder.join("2026-01-02");
    fs::create_dir_all(record.join("charts")).unwrap();
    for file in fs::read_dir(FIXTURE).unwrap() {
        let from = file.unwrap().path();
        fs::copy(&from, record.join(from.file_name().unwrap())).unwrap();
    }
    for drawn in drawn(&record) {
        fs::write(drawn, OLD).unwrap();
    }
    record
}

fn drawn(record: &Path) -> [PathBuf; 3] {
    ["charts/overhead-steady.svg", "claims.txt", "index.html"].map(|name| record.join(name))
}

/// Runs a command on a record.
fn run(arguments: &[&str], record: &Path) -> Ended {
    ended(program().args(arguments).arg(record))
}

/// Changes a file of a record, which must then be rejected. The message contains each `expected` text.
fn assert_rejected(file: &str, change: impl Fn(&str) -> String, expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let record = copy(folder.path());
    let text = fs::read_to_string(record.join(file)).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed, "{expected:?}");
    fs::write(record.join(file), changed).unwrap();
    let compare = ["charts", "--compare", "long-polling,websocket"];
    for arguments in [&["charts"][..], &["report"], &compare] {
        let Ended { code, stderr, .. } = run(arguments, &record);
        assert_eq!(code, Some(1), "{arguments:?}, {expected:?}: {stderr}");
        for expected in expected {
            assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
        }
    }
    for drawn in drawn(&record) {
        assert_eq!(fs::read_to_string(drawn).unwrap(), OLD, "{expected:?}");
    }
    assert!(!folder.path().join("index.html").exists(), "{expected:?}");
}

fn is_websocket(row: &Value, scenario: &str) -> bool {
    row["scenario"] == scenario && row["transport"] == "websocket"
}

/// Changes the row of WebSocket in a scenario, after which the record must be rejected.
fn assert_row_rejected(scenario: &str, change: impl Fn(&mut Value), expected: &[&str]) {
    let line = |line: &str| {
        let mut row: Value = serde_json::from_str(line).unwrap();
        if is_websocket(&row, scenario) {
            change(&mut row);
        }
        format!("{row}\n")
    };
    assert_rejected(ROWS, |rows| rows.lines().map(line).collect(), expected);
}

const TAG: &str = "'steady/websocket/1/latency'";
const ROW: &str = "measurements.jsonl, scenario 'steady', websocket, repeat 1: ";

#[test]
fn the_fixture_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let record = copy(folder.path());
    for command in ["charts", "report"] {
        let ended = run(&[command], &record);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    }
    for drawn in drawn(&record) {
        assert_ne!(fs::read_to_string(drawn).unwrap(), OLD);
    }
}

#[test]
fn a_time_of_a_row_that_differs_from_its_histogram_is_rejected() {
    let rows = fs::read_to_string(Path::new(FIXTURE).join(ROWS)).unwrap();
    let mut rows = rows.lines().map(|row| serde_json::from_str(row).unwrap());
    let steady: Value = rows.find(|row| is_websocket(row, "steady")).unwrap();
    let times = &steady["latency_us"];
    for key in ["min", "mean", "p50", "p90", "p99", "p999", "max"] {
        let (error, old) = (format!("latency_us.{key} is 1"), &times[key]);
        let recorded = format!(" but {old} in the histogram in {HISTOGRAMS}");
        let change = |row: &mut Value| row["latency_us"][key] = json!(1);
        assert_row_rejected("steady", change, &[ROW, &error, &recorded]);
    }
    let null = |row: &mut Value| row["latency_us"]["p99"] = Value::Null;
    assert_row_rejected("steady", null, &["latency_us.p99 is null"]);
}

#[test]
fn a_published_time_that_differs_from_its_histogram_is_rejected() {
    let change = |row: &mut Value| row["publish"]["round_trip_us"]["p50"] = json!(1);
    let error = "scenario 'publish', websocket, repeat 1: round_trip_us.p50 is 1, but ";
    assert_row_rejected("publish", change, &[error]);
}

#[test]
fn counts_and_sums_that_differ_are_rejected() {
    let reject = |key: &str, value: Value, error: &str| {
        let change = |row: &mut Value| row[key] = value.clone();
        assert_row_rejected("steady", change, &[error, "websocket"]);
    };
    for (key, value, due) in [("updates_received", 1, 6000), ("lost", 2, 0)] {
        let error = format!("{key} is {value} instead of {due}");
        reject(key, json!(value), &error);
    }
    for (key, value, suite) in [
        ("clients", json!(7), "200"),
        ("rate_per_s", json!(7.0), "10.0"),
    ] {
        let error = format!("{key} is {value}, but {suite} in suite.toml");
        reject(key, value, &error);
    }
    let error = "updates_received is 6000 instead of 1";
    reject("updates_expected", json!(1), error);
    let error = "repeat 9: suite.toml sets the number of repeats to 1";
    reject("repeat", json!(9), error);
    let total = |row: &mut Value| row["bytes_per_update"]["total"] = json!(300.0);
    let error = "bytes_per_update.total is 300, but its classes add up to 206.000";
    assert_row_rejected("steady", total, &[ROW, error]);
}

#[test]
fn a_record_without_rows_is_rejected() {
    assert_rejected(ROWS, |_| String::new(), &[ROWS, "has no row"]);
}

#[test]
fn a_row_and_a_histogram_that_lack_each_other_are_rejected() {
    let without = |text: &str, part: &str| -> String {
        let lines = text.split_inclusive('\n');
        lines.filter(|line| !line.contains(part)).collect()
    };
    assert_rejected(
        HISTOGRAMS,
        |log| without(log, "Tag=steady/websocket/"),
        &[ROW, HISTOGRAMS, "no histogram has the tag", TAG],
    );
    assert_rejected(
        ROWS,
        |rows| without(rows, r#""transport":"websocket","scenario":"steady""#),
        &[HISTOGRAMS, "no row in measurements.jsonl", TAG],
    );
    assert_rejected(
        ROWS,
        |rows| rows.to_owned() + rows.lines().next().unwrap() + "\n",
        &["scenario 'steady', page-refresh, repeat 1: two rows without an error"],
    );
}

#[test]
fn a_row_that_the_suite_does_not_have_is_rejected() {
    assert_rejected(
        SUITE,
        |suite| suite.replace(r#"name = "steady""#, r#"name = "another""#),
        &["scenario 'steady', page-refresh, repeat 1: suite.toml does not have this scenario"],
    );
    let one = "transports = [\"sse\"]\nrepeats = 1";
    assert_rejected(
        SUITE,
        |suite| suite.replacen("repeats = 1", one, 1),
        &["scenario 'steady', page-refresh, repeat 1: suite.toml does not measure this transport"],
    );
}

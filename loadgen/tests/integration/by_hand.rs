//! Records that are written by hand.

use std::{fs, path::Path};

use loadgen::record::{
    Record,
    folder::{ENVIRONMENT, ROWS, SUITE},
};
use serde_json::Value;

/// A row of an old record, which lacks newer fields, as the row of another measurement.
pub fn row(scenario: &str, transport: &str, repeat: u32) -> Value {
    let mut row: Value = serde_json::from_str(include_str!("../fixtures/old-row.json")).unwrap();
    row["scenario"] = scenario.into();
    row["transport"] = transport.into();
    row["repeat"] = repeat.into();
    row
}

/// Writes a record of a machine with this CPU.
pub fn record(folder: &Path, suite: &str, cpu: &str, rows: &[Value]) {
    let environment = include_str!("../fixtures/quick/environment.json");
    let mut environment: Value = serde_json::from_str(environment).unwrap();
    environment["cpu"] = cpu.into();
    let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join(SUITE), suite).unwrap();
    fs::write(folder.join(ENVIRONMENT), environment.to_string()).unwrap();
    fs::write(folder.join(ROWS), rows).unwrap();
}

/// A record with these rows, and its writable folder.
pub fn opened(suite: &str, rows: &[Value]) -> (tempfile::TempDir, Record) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("2026-01-02");
    record(&path, suite, "any", rows);
    let record = Record::read(&path).unwrap();
    (folder, record)
}

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

/// A suite of these scenarios, an array in TOML. Unless a scenario says otherwise, it has 5 clients
/// and 4 updates of 100 bytes per second, for a second, without repeats.
pub fn suite(scenarios: &str) -> String {
    let usual = toml::toml! {
        clients = 5
        rate_per_s = 4
        payload_bytes = 100
        duration = "1s"
        repeats = 1
        analysis = "Nothing runs."
    };
    let text = format!("name = 'by hand'\nanalysis = 'Nothing runs.'\nscenario = {scenarios}");
    let mut suite: toml::Table = text.parse().unwrap();
    for scenario in suite["scenario"].as_array_mut().unwrap() {
        let scenario = scenario.as_table_mut().unwrap();
        for (key, value) in &usual {
            let keys = scenario.entry(key.clone());
            keys.or_insert_with(|| value.clone());
        }
    }
    suite.to_string()
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

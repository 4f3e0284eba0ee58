//! Does the program work as its users expect, on real sockets?

use std::{
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use loadgen::record::{Check, Environment, ErrorCode, Folder, Record};
use serde_json::Value;
use server::Transport;

use crate::{
    by_hand,
    running::{self, Ended, assert_no_result, ended, error_code, measured, program},
};

/// The keys of an object and of the objects in it, leaves without their values.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), shape(value)))
            .collect(),
        _ => Value::Null,
    }
}

#[test]
fn each_transport_is_measured_without_a_loss_and_with_every_byte_in_a_class() {
    for transport in Transport::ALL {
        let name = transport.name();
        let row = measured(&format!(
            "--transport {name} --clients 5 --rate 20 --duration 1s --interval 200ms"
        ));
        assert_eq!(row["transport"], name);
        assert_eq!(row["updates_expected"], row["updates_received"], "{name}");
        for fault in ["lost", "duplicated", "reordered", "reconnects"] {
            assert_eq!(row[fault], 0, "{name}: {fault}");
        }
        assert_eq!(row["unexplained_bytes"], 0, "{name}");
        let payload = &row["bytes_per_update"]["payload"];
        assert_eq!(payload.as_f64(), Some(100.0), "{name}");
        // 5 clients with 20 updates per second, by the clock and not by that rate.
        if let Some(bytes_per_s) = row["wire_bytes_per_s"].as_f64() {
            let total = row["bytes_per_update"]["total"].as_f64().unwrap();
            let part = bytes_per_s / (5.0 * 20.0 * total);
            assert!((0.7..1.4).contains(&part), "{name}: {part}");
        }
    }
}

#[test]
fn the_measurement_has_every_field_of_the_contract() {
    let row = measured(
        "--transport websocket --direction up --clients 1 --rate 20 --duration 500ms --reconnect",
    );
    // The contract: a row of a record, which has the number of the repeat in addition.
    let fixture = include_str!("../fixtures/quick/measurements.jsonl").lines();
    let mut rows = fixture.map(|row| serde_json::from_str::<Value>(row).unwrap());
    let mut published = rows.find(|row| row["scenario"] == "publish").unwrap();
    published.as_object_mut().unwrap().remove("repeat");
    assert_eq!(shape(&row), shape(&published));
}

#[test]
fn a_websocket_update_is_its_frame_and_the_packets_around_it() {
    let row = measured("--transport websocket --clients 1 --rate 20 --duration 500ms");
    assert_eq!(row["publish"], Value::Null, "no client published");
    // A WebSocket frame of 100 bytes has a header of two. Around it are only packet headers: its own
    // and those of the ACK, each with 20 bytes of IP, 20 of TCP and 12 of timestamps. Two
    // frames may share an acknowledgement on a busy machine.
    let bytes = |class: &str| row["bytes_per_update"][class].as_f64().unwrap();
    assert_eq!(bytes("total") - bytes("tcp_ip"), 102.0);
    let packets = row["packets_per_update"].as_f64().unwrap();
    assert!((1.0..=2.0).contains(&packets), "{packets}");
    assert!((bytes("tcp_ip") - 52.0 * packets).abs() < 0.1);
}

#[test]
fn idle_clients_cost_the_server_cpu_time_and_updates_are_not_idle() {
    let idle = measured("--transport polling --clients 20 --rate 0 --duration 1s --interval 100ms");
    let us = idle["server"]["idle_cpu_us_per_client_s"].as_f64().unwrap();
    assert!((1.0..1e6).contains(&us), "{us} µs");
    let updates = measured("--transport polling --clients 2 --rate 20 --duration 500ms");
    assert_eq!(updates["server"]["idle_cpu_us_per_client_s"], Value::Null);
    // Two clients are too few to measure their kernel memory.
    assert_eq!(updates["server"]["kernel_bytes_per_client"], Value::Null);
}

#[test]
fn a_publish_has_a_cost_if_it_is_delivered_once() {
    let cost = |clients: u32| {
        let row = measured(&format!(
            "--transport sse --direction up --clients {clients} --rate 40 --duration 500ms"
        ));
        row["publish"]["server_cpu_us_per_publish"].clone()
    };
    assert!(cost(1).as_f64().unwrap() > 1.0);
    assert_eq!(cost(2), Value::Null, "the fan-out would be in it");
}

#[test]
fn a_row_has_the_way_of_reconnecting() {
    for (option, how) in [
        ("", Value::Null),
        ("--reconnect", "spread".into()),
        ("--reconnect=at-once", "at-once".into()),
    ] {
        let row = measured(&format!(
            "--transport sse --clients 20 --rate 20 --duration 500ms {option}"
        ));
        assert_eq!(row["reconnect"], how);
        let reconnected = if how == Value::Null { 0 } else { 20 };
        assert_eq!(row["reconnect_us"]["count"], reconnected, "{how}");
    }
}

#[test]
fn distance_delays_every_update_by_one_way() {
    let row = measured("--transport websocket --clients 2 --rate 20 --duration 1s --rtt 100ms");
    let min = row["latency_us"]["min"].as_u64().unwrap();
    // Never below the distance; the upper bound allows for a busy machine.
    assert!((50_000..80_000).contains(&min), "{min} µs");
    assert_eq!(row["rtt_us"], 100_000);
}

#[test]
fn bad_input_is_rejected_with_a_helpful_sentence() {
    let refused = |options: &str, expected: &str| {
        let ended = ended(&mut running::loadgen(options));
        assert_ne!(ended.code, Some(0), "{options} passed");
        assert!(ended.stderr.contains(expected), "{options}: {ended:?}");
        assert_eq!(ended.stdout, "");
    };
    let two_servers = "--url http://127.0.0.1:1 --url http://127.0.0.1:2";
    for (options, expected) in [
        ("--url http://192.0.2.1:80", "another host"),
        ("--url http://127.0.0.1:1 --rate 5", "--rate"),
        ("--url http://127.0.0.1:99999", "expected http://HOST:PORT"),
        (
            "--url http://127.0.0.1:1/ --url http://127.0.0.1:1",
            "the same address",
        ),
        (
            "--url http://127.0.0.1:1 --url https://127.0.0.1:2",
            "use one scheme",
        ),
        (
            "--url http://127.0.0.1:1 --url http://192.0.2.1:80",
            "another host",
        ),
        (&format!("{two_servers} --rate 5"), "--rate"),
        (
            &format!("{two_servers} --clients 1"),
            "at least one for each server",
        ),
        (
            &format!("{two_servers} --server-pid 1"),
            "name one process each",
        ),
        (
            &format!("{two_servers} --server-pid 1 --server-pid 1"),
            "twice",
        ),
        ("--rtt 20s", "use less"),
        ("--payload-bytes 10", "the minimum is"),
        ("--clients 0", "clients"),
        ("--clients 1000000", "ulimit -n"),
        ("--duration 10", "unit"),
        ("--rate 0,1,10", "sweep = { rate_per_s = [0, 1, 10] }"),
        ("--reconnect=soon", "at-once"),
        ("--server-pid 1", "--url"),
        (
            "--url http://127.0.0.1:1 --server-pid 4000000",
            "there is no process 4000000",
        ),
        ("--rate 0.5 --duration 1s", "use 2s or more"),
        ("--bandwidth 10", "10Mbit/s"),
        ("--bandwidth 500bit/s", "can't carry"),
        ("--direction sideways", "down or up"),
        ("--direction up --rate 0", "requires a rate above 0"),
        ("--direction up --payload-bytes 10", "can't publish"),
        ("--header-profile curl", "article-2009"),
        ("--http 2", "add TLS"),
        ("--http 3", "1.1"),
        ("--cacert cert.pem", "--url"),
        ("--insecure", "--url"),
        ("--url http://127.0.0.1:1 --tls", "use https"),
        ("--url https://127.0.0.1:1", "--cacert FILE"),
        (
            "--url https://127.0.0.1:1 --cacert no.pem",
            "--cacert no.pem can't be used",
        ),
    ] {
        refused(&format!("--transport sse {options}"), expected);
    }
    let websocket = "--transport websocket --http 2 --tls";
    refused(websocket, "a WebSocket runs over HTTP/1.1");
    refused("--transport carrier-pigeon", "page-refresh");
}

#[test]
fn a_url_without_a_server_is_an_error_row_with_exit_code_1() {
    let output = running::run("--transport sse --clients 1 --url http://127.0.0.1:1");
    assert_eq!(output.status.code(), Some(1));
    let row: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(row["error"].as_str().unwrap().contains("can't connect"));
    assert_no_result(&row);
    assert_eq!(row["rate_per_s"], Value::Null, "the server decides");
}

/// A suite that can be measured in seconds.
fn suite() -> String {
    by_hand::suite(
        r#"[{ name = "near", clients = 2, rate_per_s = 20, duration = "1200ms", warm_up = "100ms",
              interval = "100ms", capture = true }]"#,
    )
}

/// Writes the suite into this file, and records it.
fn record(file: &Path, results: &Path) -> Ended {
    fs::write(file, suite()).unwrap();
    let mut command = program();
    command.arg("record").arg(file);
    command.arg("--results").arg(results);
    ended(&mut command)
}

#[test]
fn a_record_holds_rows_histograms_captures_charts_and_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let suite = folder.path().join("tiny.toml");
    // A name with a space, and with a byte that is not UTF-8.
    let results = folder.path().join(OsStr::from_bytes(b"r\xe9sultats 1"));
    let ended = record(&suite, &results);
    let record = newest(&results);
    let rows = fs::read_to_string(record.join("measurements.jsonl")).unwrap();
    let rows = rows.lines().map(|row| serde_json::from_str(row).unwrap());
    let rows: Vec<Value> = rows.collect();
    // A busy machine may have disturbed some rows in every attempt.
    let good = |transport: &Transport| {
        let of_it = |row: &&Value| row["transport"] == transport.name();
        rows.iter().filter(of_it).any(|row| row["error"].is_null())
    };
    let disturbed = |row: &Value| error_code(row).is_none_or(ErrorCode::is_retryable);
    assert!(rows.iter().all(disturbed), "{ended:?}");
    assert_eq!(ended.code == Some(0), Transport::ALL.iter().all(good));
    let calibration = fs::read(record.join("calibration.json")).unwrap();
    let calibrations: Vec<Vec<Check>> = serde_json::from_slice(&calibration).unwrap();
    assert_eq!(calibrations.len(), 1);
    assert!(calibrations[0].len() > 20);
    let claims = fs::read_to_string(record.join("claims.txt")).unwrap();
    assert!(claims.contains("header bytes of a poll"), "{claims}");
    let record = Record::read(&record).unwrap();
    let command = &record.environment.command;
    assert!(command.contains(" --results '"), "{command}");
    for transport in Transport::ALL.into_iter().filter(good) {
        let latencies = record.latencies("near", transport).unwrap().unwrap();
        assert!(!latencies.is_empty(), "{transport}");
        assert!(record.captured("near", transport), "{transport}");
    }
    assert!(record.folder.path().join("index.html").is_file());
    assert!(results.join("index.html").is_file());
}

#[test]
fn the_second_record_of_a_day_sorts_after_the_first() {
    let results = tempfile::tempdir().unwrap();
    let environment = Environment::read();
    let name = || {
        let folder = Folder::create(results.path(), &suite(), &environment);
        folder.unwrap().name()
    };
    let day = environment.day();
    assert_eq!([name(), name()], [day.to_owned(), format!("{day}-02")]);
}

#[test]
fn unwritable_results_are_an_error_before_measuring() {
    let folder = tempfile::tempdir().unwrap();
    let suite = folder.path().join("tiny.toml");
    // A file, in which even root can't create a folder.
    let results = suite.join("results");
    let ended = record(&suite, &results);
    assert_eq!(ended.code, Some(1));
    let begin = "loadgen: can't write to ";
    assert!(ended.stderr.starts_with(begin), "{ended:?}");
}

fn newest(results: &Path) -> PathBuf {
    let entries = fs::read_dir(results).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_dir()).max().unwrap()
}

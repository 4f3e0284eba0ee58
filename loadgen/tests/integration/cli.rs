//! Does the program work as its users expect, on real sockets?

use std::{
    ffi::OsStr,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use loadgen::record::{Check, Environment, ErrorCode, Folder, Record};
use serde_json::Value;
use server::Transport;

use crate::running::{assert_no_result, error_code, measured};

fn loadgen(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_loadgen"))
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

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
        let faults = [
            "lost",
            "duplicated",
            "reordered",
            "unexplained_bytes",
            "reconnects",
        ];
        for fault in faults {
            assert_eq!(row[fault], 0, "{name}: {fault}");
        }
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
    let classes = serde_json::json!({
        "payload": null, "format": null, "request_head": null, "response_head": null,
        "chunk": null, "http2_frame": null, "websocket_frame": null, "idle": null, "setup": null, "tls": null,
        "tcp_ip": null,
    });
    let mut per_update = classes.clone();
    per_update["total"] = Value::Null;
    let times = serde_json::json!({
        "min": null, "mean": null, "p50": null, "p90": null, "p99": null, "p999": null,
        "max": null, "count": null,
    });
    let percentiles = serde_json::json!({ "p50": null, "p99": null });
    let publish = serde_json::json!({
        "count": null, "server_cpu_us_per_publish": null, "accepted_us": times,
        "round_trip_us": times, "bytes_per_publish": per_update, "packets_per_publish": null,
    });
    let server = serde_json::json!({
        "cpu_us_per_update": null, "idle_cpu_us_per_client_s": null, "rss_bytes": null,
        "rss_bytes_per_client": null, "kernel_bytes_per_client": null,
        "broker_cpu_us_per_update": null,
    });
    assert_eq!(
        shape(&row),
        serde_json::json!({
            "transport": null, "scenario": null, "direction": null, "clients": null,
            "rate_per_s": null, "payload_bytes": null, "rtt_us": null, "jitter_us": null,
            "bandwidth_bit_per_s": null, "interval_us": null, "max": null, "warm_up_s": null,
            "duration_s": null, "cookie_bytes": null, "header_profile": null, "http_version": null, "tls": null,
            "reconnect": null, "workers": null,
            "target": null, "brokers": null, "servers": null,
            "updates_expected": null, "updates_received": null, "lost": null, "duplicated": null,
            "reordered": null, "reconnects": null,
            "latency_us": times, "first_update_us": times,
            "bytes_per_update": per_update,
            "bytes_per_update_by_direction": {"up": per_update, "down": per_update},
            "bytes_per_update_by_arithmetic": null,
            "bytes_total": classes,
            "bytes_total_by_direction": {"up": classes, "down": classes},
            "unexplained_bytes": null, "requests_per_update": null, "packets_per_update": null,
            "wire_bytes_per_s": null, "phase_offset_us": null,
            "arrival": null, "read_delay_us": percentiles, "ask_again_us": percentiles,
            "arrivals_without_timestamp": null, "arrivals_sharing_timestamp": null,
            "idle_bytes_per_client_minute": null,
            "reconnect_us": times, "connect_setup_bytes": null, "reconnect_setup_bytes": null, "reconnect_bytes": null,
            "publish": publish,
            "server": server,
            "generator_late_us_p99": null, "generator_late_us_max": null,
            "generator_cpu_share": null, "warnings": null, "error": null, "error_code": null,
        })
    );
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
    let refused = |args: &[&str], needle: &str| {
        let output = loadgen(&[&["run"], args].concat());
        let text = words(&output.stderr);
        assert!(!output.status.success(), "{args:?} passed");
        assert!(text.contains(needle), "{args:?}: {text}");
        assert_eq!(words(&output.stdout), "");
    };
    let of_sse = |args: &[&str], needle| refused(&[&["--transport", "sse"], args].concat(), needle);
    of_sse(&["--url", "http://192.0.2.1:80"], "another host");
    of_sse(&["--url", "http://127.0.0.1:1", "--rate", "5"], "--rate");
    of_sse(
        &["--url", "http://127.0.0.1:99999"],
        "expected http://HOST:PORT",
    );
    of_sse(
        &[
            "--url",
            "http://127.0.0.1:1",
            "--url",
            "http://127.0.0.1:1/",
        ],
        "the same address",
    );
    of_sse(
        &[
            "--url",
            "http://127.0.0.1:1",
            "--url",
            "https://127.0.0.1:2",
        ],
        "use one scheme",
    );
    of_sse(
        &[
            "--url",
            "http://127.0.0.1:1",
            "--url",
            "http://192.0.2.1:80",
        ],
        "another host",
    );
    let two = ["--url", "http://127.0.0.1:1", "--url", "http://127.0.0.1:2"];
    let of_two = |args: &[&str], needle| of_sse(&[&two, args].concat(), needle);
    of_two(&["--rate", "5"], "--rate");
    of_two(&["--clients", "1"], "at least one for each server");
    of_two(&["--server-pid", "1"], "name one process each");
    of_two(&["--server-pid", "1", "--server-pid", "1"], "twice");
    of_sse(&["--rtt", "20s"], "use less");
    of_sse(&["--payload-bytes", "10"], "the minimum is");
    of_sse(&["--clients", "0"], "clients");
    of_sse(&["--clients", "1000000"], "ulimit -n");
    of_sse(&["--duration", "10"], "unit");
    of_sse(&["--rate", "0,1,10"], "sweep = { rate_per_s = [0, 1, 10] }");
    of_sse(&["--reconnect=soon"], "at-once");
    of_sse(&["--server-pid", "1"], "--url");
    let no_process = ["--url", "http://127.0.0.1:1", "--server-pid", "4000000"];
    of_sse(&no_process, "there is no process 4000000");
    of_sse(&["--rate", "0.5", "--duration", "1s"], "use 2s or more");
    of_sse(&["--bandwidth", "10"], "10Mbit/s");
    of_sse(&["--bandwidth", "500bit/s"], "can't carry");
    of_sse(&["--direction", "sideways"], "down or up");
    of_sse(
        &["--direction", "up", "--rate", "0"],
        "requires a rate above 0",
    );
    of_sse(
        &["--direction", "up", "--payload-bytes", "10"],
        "can't publish",
    );
    of_sse(&["--header-profile", "curl"], "article-2009");
    of_sse(&["--http", "2"], "add TLS");
    of_sse(&["--http", "3"], "1.1");
    of_sse(&["--cacert", "cert.pem"], "--url");
    of_sse(&["--insecure"], "--url");
    of_sse(&["--url", "http://127.0.0.1:1", "--tls"], "use https");
    of_sse(&["--url", "https://127.0.0.1:1"], "--cacert FILE");
    let no_file = ["--url", "https://127.0.0.1:1", "--cacert", "no.pem"];
    of_sse(&no_file, "--cacert no.pem can't be used");
    let websocket = ["--transport", "websocket", "--http", "2", "--tls"];
    refused(&websocket, "a WebSocket runs over HTTP/1.1");
    refused(&["--transport", "carrier-pigeon"], "page-refresh");
}

#[test]
fn a_url_without_a_server_is_an_error_row_with_exit_code_1() {
    let output = loadgen(&[
        "run",
        "--transport",
        "sse",
        "--clients",
        "1",
        "--url",
        "http://127.0.0.1:1",
        "--json",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let row: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(row["error"].as_str().unwrap().contains("can't connect"));
    assert_no_result(&row);
    assert_eq!(row["rate_per_s"], Value::Null, "the server decides");
}

const SUITE: &str = r#"
name = "tiny"
analysis = "A suite for a test."
[[scenario]]
name = "near"
clients = 2
rate_per_s = 20
payload_bytes = 100
duration = "1200ms"
warm_up = "100ms"
interval = "100ms"
repeats = 1
capture = true
analysis = "Nothing to see."
"#;

#[test]
fn a_record_holds_rows_histograms_captures_charts_and_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let suite = folder.path().join("tiny.toml");
    std::fs::write(&suite, SUITE).unwrap();
    // A name with a space, and with a byte that is not UTF-8.
    let results = folder.path().join(OsStr::from_bytes(b"r\xe9sultats 1"));
    let output = Command::new(env!("CARGO_BIN_EXE_loadgen"))
        .args(["record".as_ref(), suite.as_os_str()])
        .args(["--results".as_ref(), results.as_os_str()])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let record = newest(&results);
    let rows = std::fs::read_to_string(record.join("measurements.jsonl")).unwrap();
    let rows: Vec<Value> = rows
        .lines()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect();
    // A busy machine may have disturbed some rows in every attempt.
    let good = |transport: &Transport| {
        let name = transport.name();
        rows.iter()
            .any(|row| row["transport"] == name && row["error"] == Value::Null)
    };
    let disturbed = |row: &Value| error_code(row).is_none_or(ErrorCode::is_retryable);
    assert!(rows.iter().all(disturbed), "{}", words(&output.stderr));
    assert_eq!(output.status.success(), Transport::ALL.iter().all(good));
    let calibration = std::fs::read(record.join("calibration.json")).unwrap();
    let calibrations: Vec<Vec<Check>> = serde_json::from_slice(&calibration).unwrap();
    assert_eq!(calibrations.len(), 1);
    assert!(calibrations[0].len() > 20);
    let claims = std::fs::read_to_string(record.join("claims.txt")).unwrap();
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
        let folder = Folder::create(results.path(), SUITE, &environment);
        folder.unwrap().name()
    };
    let day = environment.day();
    assert_eq!([name(), name()], [day.to_owned(), format!("{day}-02")]);
}

#[test]
fn unwritable_results_are_an_error_before_measuring() {
    let folder = tempfile::tempdir().unwrap();
    let suite = folder.path().join("tiny.toml");
    std::fs::write(&suite, SUITE).unwrap();
    // A file, in which even root can't create a folder.
    let results = suite.join("results");
    let args = ["record", suite.to_str().unwrap(), "--results"];
    let output = loadgen(&[&args[..], &[results.to_str().unwrap()]].concat());
    assert_eq!(output.status.code(), Some(1));
    let error = words(&output.stderr);
    assert!(error.starts_with("loadgen: can't write to "), "{error}");
}

fn newest(results: &Path) -> PathBuf {
    let folders = std::fs::read_dir(results)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    folders.filter(|path| path.is_dir()).max().unwrap()
}

//! Do a client and a delay that share no code with the load generator find the same latency?
//!
//! The bounds are wide, for a machine that is busy with other tests. `just second-opinion` prints
//! the exact numbers.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::running::{listening, measure, server, skipped};

const NEAR_US: u64 = 5_000;

#[test]
fn another_client_on_the_same_websocket_feed_finds_the_same_latency() {
    agree_on("websocket");
}

#[test]
fn another_client_on_the_same_http_streaming_feed_finds_the_same_latency() {
    agree_on("http-streaming");
}

fn agree_on(transport: &str) {
    let Some(mut python) = second_opinion() else {
        return;
    };
    let (_server, port) = server("20");
    let url = format!("http://127.0.0.1:{port}/{transport}");
    let other = python
        .args(["listen", &url, "--seconds", "4", "--clients", "5"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let row = measure(port, &options(transport));
    let other = other.wait_with_output().unwrap();
    assert!(other.status.success());
    let other: Value = serde_json::from_slice(&other.stdout).unwrap();
    // 20 updates a second to 5 clients, but for a start that may be slow.
    assert!(other["count"].as_u64().unwrap() > 100, "{other}");
    let (own, other) = (p50_us(&row), other["p50_us"].as_u64().unwrap());
    assert!(
        own.abs_diff(other) < NEAR_US,
        "{transport}: the load generator's p50 is {own} us, the other's {other} us"
    );
}

#[test]
fn a_delay_that_is_not_the_link_is_read_back() {
    let Some(mut python) = second_opinion() else {
        return;
    };
    let (_server, port) = server("20");
    let to = format!("127.0.0.1:{port}");
    let relay = python.args(["delay", "--to", &to, "--ms", "25"]);
    let (_relay, far) = listening(relay).unwrap();
    let p50_us = p50_us(&measure(far, &options("websocket")));
    assert!(
        (25_000..25_000 + 2 * NEAR_US).contains(&p50_us),
        "{p50_us} us behind 25 ms each way"
    );
}

/// The other program, where there is a Python to run it.
fn second_opinion() -> Option<Command> {
    let version = Command::new("python3").arg("--version").output();
    if !version.is_ok_and(|python| python.status.success()) {
        skipped("python3 is missing");
        return None;
    }
    let mut python = Command::new("python3");
    python.arg(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/second_opinion.py"
    ));
    Some(python)
}

fn options(transport: &str) -> String {
    format!("--transport {transport} --clients 5 --duration 2s --warm-up 500ms")
}

fn p50_us(row: &Value) -> u64 {
    row["latency_us"]["p50"].as_u64().unwrap()
}

//! Do a client and a delay that share no code with the load generator measure the same latency?
//!
//! The bounds are wide, for a machine that is busy with other tests. `just second-opinion` prints
//! the exact numbers.

use std::{
    io::{BufRead, BufReader, ErrorKind, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use loadgen::record::HeaderProfile;
use serde_json::Value;
use server::{
    Transport,
    base::{clock, position::Position},
};

use crate::running::{Running, listening, measure, server, signal, skipped};

const NEAR_US: u64 = 5_000;

#[test]
fn the_outside_client_measures_the_same_latency() {
    for transport in ["websocket", "sse", "http-streaming", "long-polling"] {
        let Some(mut python) = second_opinion() else {
            return;
        };
        let (_server, port) = server("20");
        let url = format!("http://127.0.0.1:{port}/{transport}");
        let other = python
            .args(["listen", &url, "--seconds", "2", "--clients", "5"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let row = measure(port, &options(transport));
        let other = other.wait_with_output().unwrap();
        assert!(other.status.success());
        let other: Value = serde_json::from_slice(&other.stdout).unwrap();
        // 20 updates per second to 5 clients; each edge of the window may hold one more or fewer.
        let count = other["count"].as_u64().unwrap();
        assert!((190..=210).contains(&count), "{transport}: {other}");
        let (own, other) = (p50_us(&row), other["p50_us"].as_u64().unwrap());
        assert!(
            own.abs_diff(other) < NEAR_US,
            "{transport}: the load generator's p50 is {own} us, the other's {other} us"
        );
    }
}

#[test]
fn the_outside_client_sends_the_bytes_of_the_browser_profile() {
    for transport in [
        Transport::WebSocket,
        Transport::Sse,
        Transport::HttpStreaming,
        Transport::LongPolling,
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let Some((_python, mut stream)) = connected(&listener, transport) else {
            return;
        };
        let expected = |position| HeaderProfile::Browser.request(transport, &host, position, None);
        assert_eq!(request(&mut stream), expected(None));
        if transport == Transport::LongPolling {
            respond(&mut stream, "[]");
            assert_eq!(request(&mut stream), expected(Some(Position::default())));
            let updates = format!("[{},{}]", update(41, 1), update(42, 2));
            respond(&mut stream, &updates);
            let position = Position::of_update(42, 2);
            assert_eq!(request(&mut stream), expected(Some(position)));
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_outside_client_uses_the_kernels_arrival() {
    const PAUSE: Duration = Duration::from_millis(300);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let Some((mut python, mut stream)) = connected(&listener, Transport::LongPolling) else {
        return;
    };
    // Each update arrives while the client is stopped, until it has one from after its window.
    for seq in 1.. {
        if request(&mut stream).is_empty() {
            break;
        }
        signal("STOP", python.0.id());
        respond(&mut stream, &format!("[{}]", update(seq, clock::now_us())));
        thread::sleep(PAUSE);
        signal("CONT", python.0.id());
    }
    let output: Value = serde_json::from_reader(python.0.stdout.take().unwrap()).unwrap();
    assert!(output["count"].as_u64().unwrap() > 0, "{output}");
    assert_eq!(output["reads_without_timestamp"], 0);
    let p50_us = output["p50_us"].as_u64().unwrap();
    assert!(p50_us < PAUSE.as_micros() as u64 / 2, "{output}");
}

#[test]
fn a_delay_outside_the_link_is_measured() {
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

#[test]
fn both_comparisons_run_to_their_verdict() {
    let programs = Path::new(env!("CARGO_BIN_EXE_loadgen")).parent().unwrap();
    let point = "--clients 5 --transports long-polling --pairs 1";
    for (command, options, row) in [
        ("compare", point, "    5    10  long-polling "),
        ("link", "", "the link, load generator "),
    ] {
        let Some(mut python) = second_opinion() else {
            return;
        };
        let output = python
            .args([command, "--seconds", "1", "--programs"])
            .arg(programs)
            .args(options.split_whitespace())
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let complaint = String::from_utf8_lossy(&output.stderr);
        // On a busy machine they may differ, or all runs of the load generator may be void.
        let busy = complaint.contains("measure on an idle machine");
        assert!(
            output.status.success() || busy,
            "{command}: {printed}{complaint}"
        );
        assert!(
            printed.contains(row) || complaint.contains("were void"),
            "{command}: {printed}{complaint}"
        );
    }
}

/// The outside client with one connection, and that connection.
fn connected(listener: &TcpListener, transport: Transport) -> Option<(Running, TcpStream)> {
    let url = format!("http://{}/{transport}", listener.local_addr().unwrap());
    let python = second_opinion()?
        .args(["listen", &url, "--seconds", "1", "--clients", "1"])
        .stdout(Stdio::piped())
        // A test that ends early makes it fail.
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (stream, _) = listener.accept().unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    Some((Running(python), stream))
}

/// The bytes of a request without a body; empty if the client has disconnected.
fn request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut reader = BufReader::new(stream);
    while !request.ends_with(b"\r\n\r\n") {
        match reader.read_until(b'\n', &mut request) {
            Ok(1..) => {}
            Ok(0) => return Vec::new(),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Vec::new(),
            Err(error) => panic!("no request: {error}"),
        }
    }
    request
}

fn respond(stream: &mut TcpStream, text: &str) {
    let length = text.len();
    let header = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
    // The client may have disconnected.
    let _ = stream.write_all((header + text).as_bytes());
}

fn update(seq: u64, at_us: u64) -> String {
    format!(r#"{{"seq":{seq},"at_us":{at_us},"data":0}}"#)
}

/// The other program, if there is a Python to run it.
fn second_opinion() -> Option<Command> {
    let version = Command::new("python3").arg("--version").output();
    if !version.is_ok_and(|python| python.status.success()) {
        skipped("python3 is missing");
        return None;
    }
    let mut python = Command::new("python3");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    python.arg(folder.join("tests/second_opinion.py"));
    Some(python)
}

fn options(transport: &str) -> String {
    format!("--transport {transport} --clients 5 --duration 2s --warm-up 500ms")
}

fn p50_us(row: &Value) -> u64 {
    row["latency_us"]["p50"].as_u64().unwrap()
}

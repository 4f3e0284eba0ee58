//! Is an invalid run reported as an error?

use std::{
    io::Read,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use loadgen::record::ErrorCode;
use serde_json::Value;

use crate::running::{self, Running, error_code, loadgen, measured, server, signal};

/// The code and the sentence in the row of a run that is invalid.
fn invalid(output: &std::process::Output) -> (ErrorCode, String) {
    assert_eq!(output.status.code(), Some(1));
    let row: Value = serde_json::from_slice(&output.stdout).unwrap();
    running::assert_no_result(&row);
    let error = row["error"].as_str().unwrap();
    (error_code(&row).unwrap(), error.into())
}

/// A run of a load generator that gets about a sixth of the time, in slices of 20 ms, from its start
/// to its end.
fn starved(options: &str) -> std::process::Output {
    let mut starved = loadgen(&format!("--clients 5 --duration 4s {options}"));
    let mut starved = starved.stdout(Stdio::piped()).spawn().unwrap();
    // Of different lengths, so that the updates do not always come in a slice.
    let mut pauses_ms = [80, 100, 130].into_iter().cycle();
    running::wait_until("the starved run ends", || {
        signal("STOP", starved.id());
        thread::sleep(Duration::from_millis(pauses_ms.next().unwrap()));
        signal("CONT", starved.id());
        thread::sleep(Duration::from_millis(20));
        starved.try_wait().unwrap().is_some()
    });
    starved.wait_with_output().unwrap()
}

#[test]
fn a_starved_generator_invalidates_a_run_whose_times_it_changes() {
    // Clients that send requests late; and reads with several updates, of which only the last has its
    // own timestamp.
    for (transport, rate, expected) in [
        ("long-polling", 20, ErrorCode::AskedLate),
        ("websocket", 40, ErrorCode::GeneratorPaused),
    ] {
        let output = starved(&format!("--transport {transport} --rate {rate}"));
        let (code, error) = invalid(&output);
        assert_eq!(code, expected, "{transport}: {error}");
        assert!(error.starts_with(&format!("{code}: ")), "{error}");
        assert!(error.contains("on an idle machine"), "remedy: {error}");
    }
}

/// A run of three WebSocket clients of a server, which has sent them this many updates.
fn under_way(port: u16, updates: u64, options: &str) -> thread::JoinHandle<std::process::Output> {
    let options =
        format!("--transport websocket --clients 3 --url http://127.0.0.1:{port} {options}");
    let run = thread::spawn(move || running::run(&options));
    let sent = || running::updates_sent(([127, 0, 0, 1], port).into(), "websocket");
    running::wait_until("updates are sent", || sent() >= updates);
    run
}

#[test]
fn a_server_killed_during_the_run_gives_an_error_without_numbers() {
    let (mut killed, port) = server("20");
    // Three clients, two seconds of warm-up and window.
    let run = under_way(port, 3 * 40, "--duration 60s");
    killed.0.kill().unwrap();
    let (code, error) = invalid(&run.join().unwrap());
    assert_eq!(code, ErrorCode::ClientFailed, "{error}");
}

#[test]
fn a_running_server_has_costs_if_its_process_is_named() {
    let (running, port) = server("20");
    let options = "--transport sse --clients 3 --duration 500ms";
    let unnamed = running::measure(port, options);
    let costs = |row: &Value| row["server"].as_object().unwrap().clone();
    assert!(costs(&unnamed).values().all(Value::is_null), "{unnamed}");
    let id = running.0.id();
    let named = running::measure(port, &format!("{options} --server-pid {id}"));
    let costs = costs(&named);
    assert!(costs["cpu_us_per_update"].as_f64().unwrap() > 0.0);
    assert!(costs["rss_bytes"].as_u64().unwrap() > 1 << 20);
}

#[test]
fn a_named_process_that_ends_during_the_run_gives_an_error_without_numbers() {
    let (_server, port) = server("20");
    // In place of the server's process.
    let mut named = Command::new("cat");
    let mut named = named.stdin(Stdio::piped()).spawn().unwrap();
    let id = named.id();
    let run = under_way(port, 3 * 20, &format!("--duration 3s --server-pid {id}"));
    named.kill().unwrap();
    named.wait().unwrap();
    let (code, error) = invalid(&run.join().unwrap());
    assert_eq!(code, ErrorCode::ServerEnded, "{error}");
    let named = format!("process {id}, which --server-pid names, ended");
    assert!(error.contains(&named), "{error}");
}

#[test]
fn the_end_of_its_own_server_is_an_error_too() {
    let mut run = loadgen("--transport sse --clients 2 --rate 20 --duration 60s");
    let run = run.stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = run.spawn().unwrap();
    let Some(server) = server_of(&run) else {
        return drop(Running(run));
    };
    signal("KILL", server);
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    // If there is a row at all, it has no latency.
    if !output.stdout.is_empty() {
        assert_eq!(invalid(&output).0, ErrorCode::ServerEnded);
    }
    // In the row, or alone if the server had not printed its URL yet.
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("SIGKILL"), "{stderr}");
}

#[test]
fn a_server_does_not_outlive_a_load_generator_that_is_killed() {
    let mut run = loadgen("--transport sse --clients 50 --rate 20 --duration 60s");
    let run = run.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut run = Running(run.spawn().unwrap());
    let Some(server) = server_of(&run.0) else {
        return;
    };
    // Once all clients are connected, the server is past its start.
    let files = format!("/proc/{}/fd", run.0.id());
    running::wait_until("all clients are connected", || {
        std::fs::read_dir(&files).unwrap().count() >= 50
    });
    run.0.kill().unwrap();
    // Both processes write to it, so it ends when both are gone.
    let mut stderr = run.0.stderr.take().unwrap();
    let (end, ended) = mpsc::channel();
    thread::spawn(move || end.send(stderr.read_to_end(&mut Vec::new())));
    if ended.recv_timeout(Duration::from_secs(20)).is_err() {
        signal("KILL", server);
        panic!("the server still ran");
    }
}

/// The process id of the server that a run has started.
fn server_of(run: &Child) -> Option<u32> {
    // It has one child, its server.
    let children = format!("/proc/{0}/task/{0}/children", run.id());
    let server = running::poll(Duration::from_secs(20), || {
        let found = std::fs::read_to_string(&children).unwrap_or_default();
        let server = found.split_whitespace().next()?;
        server.parse().ok()
    });
    if server.is_none() {
        running::skipped("this system does not list the children of a process");
    }
    server
}

#[test]
fn queueing_gives_a_warning() {
    let has_warning = |options: &str, code: &str| {
        let row = measured(options);
        let warnings = row["warnings"].as_array().unwrap();
        let mut warnings = warnings.iter().filter_map(Value::as_str);
        assert!(warnings.any(|warning| warning.starts_with(code)), "{row}");
    };
    // Twelve publishes per second, on a connection with time for ten.
    has_warning(
        "--transport sse --direction up --clients 1 --rate 12 --rtt 100ms --duration 2s",
        "publish-queued: ",
    );
    // 102 bytes ten times per second are slightly more than 8 kbit/s.
    has_warning(
        "--transport websocket --clients 1 --rate 10 --bandwidth 8kbit/s --duration 2s",
        "link-full: ",
    );
}

#[test]
fn the_calibration_counts_known_bytes_exactly_and_measures_each_delay() {
    let mut calibrate = Command::new(env!("CARGO_BIN_EXE_loadgen"));
    let calibrate = calibrate.args(["calibrate", "--duration", "300ms", "--json"]);
    let output = calibrate.output().unwrap();
    let checks: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let of = |unit: &'static str| checks.iter().filter(move |check| check["unit"] == unit);
    assert_eq!(of("bytes").count(), 10);
    for check in of("bytes") {
        assert_eq!(check["read"], check["expected"], "{check}");
        assert_eq!(check["difference"], 0.0, "{check}");
        assert_eq!(check["holds"], true, "{check}");
    }
    let check = |what: String| of("us").find(|check| check["what"] == what).unwrap();
    for (clients, rtts_ms) in [
        ("1 client", &[0, 50][..]),
        ("20 clients", &[0, 10, 50, 150]),
    ] {
        for &rtt_ms in rtts_ms {
            let check = check(format!("websocket, {clients}, rtt {rtt_ms} ms, p50"));
            // On a busy machine it may be later or missing; it is never earlier.
            match check["read"].as_f64() {
                Some(us) => assert!(us >= f64::from(rtt_ms) * 500.0, "{check}"),
                None => assert!(error_code(check).unwrap().is_retryable(), "{check}"),
            }
        }
        check(format!("link itself, {clients}, rtt 50 ms, p50"));
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    for check in checks.iter().filter(|check| check["holds"] == false) {
        let what = check["what"].as_str().unwrap();
        assert!(stderr.contains(&format!("{what}: ")), "{stderr}");
        assert!(stderr.contains("idle machine"), "remedy: {stderr}");
    }
}

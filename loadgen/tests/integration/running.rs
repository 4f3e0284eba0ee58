//! Starting and ending programs in tests.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use loadgen::record::ErrorCode;
use serde_json::Value;

/// A program that ends with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program that prints its port at the end of its first line.
pub fn listening(command: &mut Command) -> io::Result<(Running, u16)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().expect("it is piped");
    let running = Running(child);
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let port = line
        .trim()
        .rsplit(':')
        .next()
        .and_then(|last| last.parse().ok());
    Ok((
        running,
        port.unwrap_or_else(|| panic!("'{line}' where a port belongs")),
    ))
}

/// The server, with its ticker at a rate.
pub fn server(rate: &str) -> (Running, u16) {
    server_with(&["--rate", rate], false)
}

/// The server with these options, and TLS or not.
pub fn server_with(options: &[&str], is_tls: bool) -> (Running, u16) {
    let loadgen = Path::new(env!("CARGO_BIN_EXE_loadgen"));
    let mut server = Command::new(loadgen.with_file_name("server"));
    server.args(["--bind", "127.0.0.1:0"]).args(options);
    server.args(is_tls.then_some("--tls"));
    listening(&mut server).expect("the server is built: cargo build")
}

/// The end of a program: its exit code and its output.
#[derive(Debug, PartialEq)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a program to its end.
pub fn ended(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ended {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// The load generator, without standard input.
pub fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_loadgen"));
    program.stdin(Stdio::null());
    program
}

/// One measurement of a running server.
pub fn measure(port: u16, options: &str) -> Value {
    measured(&format!("--url http://127.0.0.1:{port} {options}"))
}

/// One measurement, repeated if other tests disturbed it.
pub fn measured(options: &str) -> Value {
    for _ in 0..10 {
        let output = run(options);
        let row: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{options}: {}", String::from_utf8_lossy(&output.stderr)));
        match error_code(&row) {
            None => return row,
            Some(code) if code.is_retryable() => {}
            Some(_) => panic!("{options}: {}", row["error"]),
        }
    }
    panic!("{options}: this machine is too busy to measure anything");
}

/// The error code of a row or a check, if it failed.
pub fn error_code(row: &Value) -> Option<ErrorCode> {
    serde_json::from_value(row["error_code"].clone()).unwrap()
}

/// Fields of a row that hold results.
const RESULTS: [&str; 12] = [
    "latency_us",
    "first_update_us",
    "bytes_per_update",
    "bytes_per_update_by_direction",
    "bytes_per_update_by_arithmetic",
    "requests_per_update",
    "packets_per_update",
    "idle_bytes_per_client_minute",
    "reconnect_us",
    "reconnect_bytes",
    "publish",
    "server",
];

/// Panics if the row of an invalid run has a result: every leaf must be null, every count 0.
pub fn assert_no_result(row: &Value) {
    for field in RESULTS {
        let value = row.get(field).expect("every field is always present");
        assert_empty(field, value, row);
    }
}

fn assert_empty(name: &str, value: &Value, row: &Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                assert_empty(name, value, row);
            }
        }
        _ if name == "count" => assert_eq!(*value, 0, "count in {row:#}"),
        _ => assert_eq!(*value, Value::Null, "{name} in {row:#}"),
    }
}

/// The response of a server to a GET request.
pub fn get(server: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(server).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

/// Updates that a server has sent with a transport.
pub fn updates_sent(server: SocketAddr, transport: &str) -> u64 {
    let metrics = get(server, "/metrics");
    let prefix = format!("feed_updates_sent_total{{transport=\"{transport}\"}} ");
    let mut lines = metrics.lines();
    let line = lines.find_map(|line| line.strip_prefix(&prefix));
    line.map_or(0, |count| count.parse().unwrap())
}

/// Waits until a condition holds. Panics after a minute.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let found = poll(Duration::from_secs(60), || condition().then_some(()));
    assert!(found.is_some(), "waited a minute until {what}");
}

/// Tries again until there is a value; `None` after the time limit.
pub fn poll<T>(limit: Duration, mut attempt: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        let found = attempt();
        if found.is_some() || Instant::now() > deadline {
            return found;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Sends a signal to a process.
pub fn signal(name: &str, id: u32) {
    let kill = format!("kill -s {name} {id}");
    let status = Command::new("sh").args(["-c", &kill]).status();
    assert!(status.unwrap().success(), "{kill}");
}

/// One measurement whose bytes are valid even if the machine disturbed its times.
pub fn counted(options: &str) -> Value {
    let output = run(options);
    let row: Value = serde_json::from_slice(&output.stdout).unwrap();
    let is_counted = error_code(&row).is_none_or(ErrorCode::is_retryable);
    assert!(is_counted, "{}", row["error"]);
    row
}

/// The output of `loadgen run --json`.
pub fn run(options: &str) -> Output {
    loadgen(options).output().unwrap()
}

/// The command `loadgen run --json`.
pub fn loadgen(options: &str) -> Command {
    let mut loadgen = Command::new(env!("CARGO_BIN_EXE_loadgen"));
    loadgen.args(["run", "--json"]);
    loadgen.args(options.split_whitespace());
    loadgen.stdin(Stdio::null());
    loadgen
}

/// Prints why a test was skipped, bypassing the test harness, which hides the output of passing tests.
/// In CI, which installs every tool, this is a failure.
pub fn skipped(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
    let mut past = io::stderr();
    writeln!(past, "skipped: {why}").unwrap();
}

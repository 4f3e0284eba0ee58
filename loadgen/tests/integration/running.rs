//! How does a test run a program, and end it whatever happens?

use std::{
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use loadgen::record::ErrorCode;
use serde_json::Value;

/// A program that is ended with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program that says its port at the end of its first line.
pub fn listening(command: &mut Command) -> io::Result<(Running, u16)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().expect("it is piped");
    let running = Running(child);
    Ok((running, port(output)))
}

fn port(output: ChildStdout) -> u16 {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).unwrap();
    let last = line.trim().rsplit(':').next().unwrap_or_default();
    last.parse()
        .unwrap_or_else(|_| panic!("'{line}' where a port belongs"))
}

/// The server, with its ticker at a rate.
pub fn server(rate: &str) -> (Running, u16) {
    let loadgen = Path::new(env!("CARGO_BIN_EXE_loadgen"));
    let mut server = Command::new(loadgen.with_file_name("server"));
    listening(server.args(["--bind", "127.0.0.1:0", "--rate", rate]))
        .expect("the server is built: cargo build")
}

/// One measurement of a server that runs already.
pub fn measure(port: u16, options: &str) -> Value {
    measured(&format!("--url http://127.0.0.1:{port} {options}"))
}

/// One measurement, made again where this machine was too busy with other tests for it to count.
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

/// The category of the error in a row or a check, if it is one.
pub fn error_code(row: &Value) -> Option<ErrorCode> {
    serde_json::from_value(row["error_code"].clone()).unwrap()
}

/// One measurement of a server that runs already, for its bytes.
pub fn bytes(port: u16, options: &str) -> Value {
    counted(&format!("--url http://127.0.0.1:{port} {options}"))
}

/// One measurement whose bytes count also where this machine was too busy for its times to.
pub fn counted(options: &str) -> Value {
    let output = run(options);
    let row: Value = serde_json::from_slice(&output.stdout).unwrap();
    let error = &row["error"];
    assert!(
        error_code(&row).is_none_or(ErrorCode::is_retryable),
        "{error}"
    );
    row
}

/// `loadgen run --json`, whatever comes of it.
pub fn run(options: &str) -> Output {
    loadgen(options).output().unwrap()
}

/// `loadgen run --json`, to be started.
pub fn loadgen(options: &str) -> Command {
    let mut loadgen = Command::new(env!("CARGO_BIN_EXE_loadgen"));
    loadgen.args(["run", "--json"]);
    loadgen
        .args(options.split_whitespace())
        .stdin(Stdio::null());
    loadgen
}

/// Says why a test did nothing, past the test harness, which shows only what failed. In CI, which
/// installs every tool, that is a failure.
pub fn skipped(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "skipped in CI: {why}");
    let mut past = io::stderr();
    writeln!(past, "skipped: {why}").unwrap();
}

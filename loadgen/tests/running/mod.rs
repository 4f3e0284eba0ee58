//! How does a test run a program, and end it whatever happens?

use std::{
    io::{self, BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

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
    let output = Command::new(env!("CARGO_BIN_EXE_loadgen"))
        .args(["run", "--json", "--url"])
        .arg(format!("http://127.0.0.1:{port}"))
        .args(options.split_whitespace())
        .output()
        .unwrap();
    let row: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(row["error"], Value::Null, "{}", row["transport"]);
    row
}

/// Says why a test did nothing, past the test harness, which shows only what failed.
pub fn skipped(why: &str) {
    let mut past = io::stderr();
    writeln!(past, "skipped: {why}").unwrap();
}

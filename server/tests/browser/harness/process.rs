//! A process that is killed when this is dropped, even after a panic.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// The time limit for a program to become ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program with its child processes.
pub struct Running(Child);

impl Running {
    /// Starts the server, on a free port unless the options name one, and returns its address.
    pub fn serve(options: &str) -> (Self, String) {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        Self::start(
            Command::new(server_executable())
                .args(["--bind", "127.0.0.1:0", "--root", root])
                .args(options.split_whitespace()),
            |line| {
                let url = line.strip_prefix("serving on ")?;
                url.split_once("://").map(|(_, address)| address)
            },
        )
    }

    /// Starts a program and waits for the first line of either output for which `ready` returns a
    /// value. Otherwise the panic shows both outputs.
    pub fn start(command: &mut Command, ready: impl Fn(&str) -> Option<&str>) -> (Self, String) {
        Self::try_start(command, ready).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Like [`Self::start`], with both outputs as the error.
    pub fn try_start(
        command: &mut Command,
        ready: impl Fn(&str) -> Option<&str>,
    ) -> Result<(Self, String), String> {
        // A separate process group, since a killed chromedriver would leave its browser running.
        let mut child = command
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{:?} does not start: {error}", command.get_program()));
        let output = child.stdout.take().expect("its output is piped");
        let errors = child.stderr.take().expect("its errors are piped");
        let running = Self(child);
        let (sender, lines) = mpsc::channel();
        send_lines(output, sender.clone());
        send_lines(errors, sender);
        let start = Instant::now();
        let mut output_text = String::new();
        while let Ok(line) = lines.recv_timeout(PATIENCE.saturating_sub(start.elapsed())) {
            if let Some(word) = ready(line.trim_end()) {
                return Ok((running, word.to_owned()));
            }
            output_text += &line;
            output_text.push('\n');
        }
        let program = command.get_program();
        Err(format!(
            "{program:?} ended or was not ready within {PATIENCE:?}, output: {output_text}"
        ))
    }

    /// The process ID.
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

/// Sends each line of an output. It reads to the end, so that the program is never blocked.
fn send_lines(output: impl Read + Send + 'static, lines: mpsc::Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = lines.send(line);
        }
    });
}

/// Sends a request to the server at `address`, and returns the body of its response.
pub fn ask(address: &str, method: &str, target: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("the server accepts connections");
    let length = body.len();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    let sent = stream.write_all([&head, body].concat().as_bytes());
    sent.expect("the server receives it");
    let answer = io::read_to_string(stream).expect("the server responds");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a head");
    body.to_owned()
}

/// Cargo passes the path of the server to tests. An example finds it in its parent folder.
fn server_executable() -> PathBuf {
    if let Some(path) = option_env!("CARGO_BIN_EXE_server") {
        return path.into();
    }
    let example = std::env::current_exe().expect("a running program has a path");
    let path = example.with_file_name("../server");
    assert!(
        path.exists(),
        "{} is missing: cargo build -p server",
        path.display()
    );
    path
}

impl Drop for Running {
    fn drop(&mut self) {
        // The standard library kills one process; the `kill` command kills a group.
        let group = format!("kill -s KILL -- -{}", self.0.id());
        let _ = Command::new("sh").args(["-c", &group]).status();
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

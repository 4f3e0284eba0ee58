//! A program that is ended when the test lets go of it, panic or not.

use std::{
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// The longest that a program may take to be ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program with all that it started.
pub struct Running(Child);

impl Running {
    /// Starts the server, on any free port where the options name none, and returns its address.
    pub fn serve(options: &[&str]) -> (Self, String) {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        Self::start(
            Command::new(server_executable())
                .args(["--bind", "127.0.0.1:0", "--root", root])
                .args(options),
            |line| {
                let url = line.strip_prefix("serving on ")?;
                url.split_once("://").map(|(_, address)| address)
            },
        )
    }

    /// Starts it and waits for the first line, on either output, that `told` finds its word in.
    /// Where none comes, the panic shows both outputs.
    pub fn start(command: &mut Command, told: impl Fn(&str) -> Option<&str>) -> (Self, String) {
        Self::try_start(command, told).unwrap_or_else(|why| panic!("{why}"))
    }

    /// The same, with both outputs as the error.
    pub fn try_start(
        command: &mut Command,
        told: impl Fn(&str) -> Option<&str>,
    ) -> Result<(Self, String), String> {
        // A group of its own: a killed chromedriver would leave its browser behind.
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
        let deadline = Instant::now() + PATIENCE;
        let mut said = String::new();
        while let Ok(line) = lines.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            if let Some(word) = told(line.trim_end()) {
                return Ok((running, word.to_owned()));
            }
            said += &line;
            said.push('\n');
        }
        let program = command.get_program();
        Err(format!(
            "{program:?} ended or was not ready within {PATIENCE:?}, and said: {said}"
        ))
    }
}

impl Running {
    /// The number of its process.
    #[allow(dead_code, reason = "not every test asks")]
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

/// Sends each line of an output. Reads it to the end, so that the program can always write.
fn send_lines(output: impl Read + Send + 'static, lines: mpsc::Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let _ = lines.send(line);
        }
    });
}

/// Cargo tells tests where the server is; an example finds it in the folder above its own.
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
        // The standard library kills one process; the shell's own `kill` a whole group.
        let group = format!("kill -s KILL -- -{}", self.0.id());
        let _ = Command::new("sh").args(["-c", &group]).status();
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

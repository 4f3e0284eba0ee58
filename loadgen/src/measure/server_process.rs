//! How is the measured server started, watched and ended? It is a process of its own, so that its
//! CPU and memory are its own.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{
    measure::usage::Usage,
    record::{Direction, Peer, Scenario},
};

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub struct ServerProcess {
    /// Where it listens.
    pub address: SocketAddr,
    /// When it said so; its ticker begins then.
    pub started: Instant,
    child: Child,
}

const LONGEST_START: Duration = Duration::from_secs(20);

/// The default of the server.
const HISTORY_BYTES: usize = 16 << 20;

/// What a format adds to an update in bytes, at most.
const LONGEST_FORMAT: usize = 100;

impl ServerProcess {
    /// Starts the server for a scenario on a free port of this machine.
    pub async fn start(scenario: &Scenario) -> anyhow::Result<Self> {
        Self::start_with_page(scenario, Path::new(".")).await
    }

    /// The same, with the page of the project in the folder `root`.
    pub async fn start_with_page(scenario: &Scenario, root: &Path) -> anyhow::Result<Self> {
        let mut command = match scenario.target {
            None => ours(scenario, root)?,
            Some(peer) => serving(peer, scenario)?,
        };
        let mut child = command
            .env("RUST_LOG", "warn,actix_files=off")
            // It ends with this process, also where that is killed.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| {
                let program = command.as_std().get_program();
                format!("can't start {}", program.display())
            })?;
        let output = child.stdout.take().expect("the output is piped");
        let mut lines = BufReader::new(output).lines();
        let first = tokio::time::timeout(LONGEST_START, lines.next_line())
            .await
            .with_context(|| format!("the server said nothing within {LONGEST_START:?}"))?;
        let Some(line) = first? else {
            // It has said why on its standard error, which is ours.
            bail!("the server ended at its start with {}", child.wait().await?);
        };
        let address = line.rsplit("//").next().and_then(|text| text.parse().ok());
        let address =
            address.with_context(|| format!("'{line}' where the server's URL belongs"))?;
        let started = Instant::now();
        Ok(Self {
            address,
            started,
            child,
        })
    }

    /// What it has used so far; `None` where the system does not tell.
    pub fn usage(&self) -> Option<Usage> {
        Usage::of(self.child.id()?)
    }

    /// With what it has ended; `None` while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

/// Our server for a scenario.
fn ours(scenario: &Scenario, root: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(program("server", BUILD)?);
    command.arg("--root").arg(root);
    command.args(["--bind", "127.0.0.1:0", "--until-stdin-ends"]);
    command.args(["--publish-rate", "0", "--publish-rate-per-client", "0"]);
    // While an update is on its way to thousands of clients, those that connect have to wait.
    let silent = scenario.clients.max(1024).to_string();
    command.args(["--connections-without-request", &silent]);
    let rate = scenario.rate_per_s.unwrap_or(1.0);
    let interval = humantime::format_duration(scenario.interval).to_string();
    // A client that repeats must find everything since its last request.
    let due = (rate * scenario.interval.as_secs_f64() * 4.0) as u32;
    // Each of them has its text and a copy in the format of the transport.
    let payload_bytes = scenario.payload_bytes.unwrap_or(100);
    let due_bytes = due as usize * (2 * payload_bytes + LONGEST_FORMAT);
    command.args([
        "--interval",
        &interval,
        "--history",
        &due.max(1024).to_string(),
        "--history-bytes",
        &due_bytes.max(HISTORY_BYTES).to_string(),
    ]);
    if scenario.tls {
        command.arg("--tls");
    }
    if scenario.is_silent() || scenario.direction == Direction::Up {
        command.args(["--source", "none"]);
    } else {
        command.args(["--rate", &rate.to_string()]);
    }
    if let Some(payload_bytes) = scenario.payload_bytes
        && scenario.direction == Direction::Down
    {
        command.args(["--payload-bytes", &payload_bytes.to_string()]);
    }
    if let Some(workers) = scenario.workers {
        command.args(["--workers", &workers.to_string()]);
    }
    Ok(command)
}

/// A peer for a scenario.
fn serving(peer: Peer, scenario: &Scenario) -> anyhow::Result<Command> {
    let mut command = Command::new(program("peers", BUILD_PEERS)?);
    let rate = scenario.rate_per_s.unwrap_or(1.0);
    command.args(["serve", &peer.to_string(), "--rate", &rate.to_string()]);
    if let Some(payload_bytes) = scenario.payload_bytes {
        command.args(["--payload-bytes", &payload_bytes.to_string()]);
    }
    Ok(command)
}

/// What has to be installed before a peer can be measured; `None` if nothing is missing.
pub fn missing(peer: Peer) -> anyhow::Result<Option<String>> {
    let mut command = std::process::Command::new(program("peers", BUILD_PEERS)?);
    let output = command.args(["missing", &peer.to_string()]).output()?;
    let what = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok((!what.is_empty()).then_some(what))
}

const BUILD: &str = "build both programs with 'cargo build --release --locked' in the project's \
                     root";
const BUILD_PEERS: &str = "'just perf' builds it";

/// A program beside this executable.
fn program(name: &str, build: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("can't tell where this program lies")?;
    let mut folder = own.parent().unwrap_or(Path::new("."));
    if folder.ends_with("deps") {
        // A test lies one folder deeper than the programs.
        folder = folder.parent().unwrap_or(folder);
    }
    let program = folder.join(name);
    if program.is_file() {
        return Ok(program);
    }
    bail!("there is no {name} at {}: {build}", program.display())
}

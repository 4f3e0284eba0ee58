//! The measured server: a separate process, so that its CPU and memory can be measured.

use std::{
    net::SocketAddr,
    path::Path,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use server::cluster::built;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{
    measure::usage::Usage,
    record::{Direction, Peer, Scenario},
};

/// A running server, which ends when this is dropped.
#[derive(Debug)]
pub struct ServerProcess {
    /// Its address.
    pub address: SocketAddr,
    /// When it printed its address; its ticker starts then.
    pub started: Instant,
    child: Child,
}

const LONGEST_START: Duration = Duration::from_secs(20);

/// The default of the server.
const HISTORY_BYTES: usize = 16 << 20;

/// Maximum number of bytes that a format adds to an update.
const LONGEST_FORMAT: usize = 100;

impl ServerProcess {
    /// Starts the server for a scenario on a free port of this machine, with the page of the project
    /// in the folder `root`.
    pub async fn start(scenario: &Scenario, root: &Path) -> anyhow::Result<Self> {
        let mut command = match scenario.target {
            None => ours(scenario, root)?,
            Some(peer) => serving(peer, scenario)?,
        };
        let mut child = command
            .env("RUST_LOG", "warn,actix_files=off")
            // A closed standard input ends the server, even if this process is killed.
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
            .with_context(|| format!("the server printed no URL within {LONGEST_START:?}"))?;
        let Some(line) = first? else {
            // The server has printed the reason to the shared standard error.
            let status = child.wait().await?;
            bail!("the server ended during its start with {status}");
        };
        let address = line.rsplit("//").next().and_then(|text| text.parse().ok());
        let address =
            address.with_context(|| format!("the server printed '{line}' instead of its URL"))?;
        Ok(Self {
            address,
            started: Instant::now(),
            child,
        })
    }

    /// Its usage so far; `None` if the system does not report it.
    pub fn usage(&self) -> Option<Usage> {
        Usage::of(self.child.id()?)
    }

    /// Its exit status; `None` while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

/// The command of our server for a scenario.
fn ours(scenario: &Scenario, root: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(built("server", BUILD)?);
    command.arg("--root").arg(root);
    command.args(["--bind", "127.0.0.1:0", "--until-stdin-ends"]);
    command.args(options(scenario));
    Ok(command)
}

/// The options of our server for a scenario, without its address.
pub fn options(scenario: &Scenario) -> Vec<String> {
    // New connections wait while an update is sent to thousands of clients.
    let silent = scenario.clients.max(1024);
    let interval = humantime::format_duration(scenario.interval);
    let rate = scenario.rate_per_s.unwrap_or(1.0);
    // A polling client must find all updates since its last request.
    let due = (rate * scenario.interval.as_secs_f64() * 4.0) as u32;
    // Each update is kept as its text and as a copy in the transport's format.
    let payload_bytes = scenario.payload_bytes.unwrap_or(100);
    let due_bytes = due as usize * (2 * payload_bytes + LONGEST_FORMAT);
    let mut options = vec![
        "--publish-rate=0".into(),
        "--publish-rate-per-client=0".into(),
        format!("--connections-without-request={silent}"),
        format!("--interval={interval}"),
        format!("--history={}", due.max(1024)),
        format!("--history-bytes={}", due_bytes.max(HISTORY_BYTES)),
    ];
    if scenario.tls {
        options.push("--tls".into());
    }
    options.push(match scenario.direction {
        Direction::Down if !scenario.is_silent() => format!("--rate={rate}"),
        _ => "--source=none".into(),
    });
    if let Some(payload_bytes) = scenario.payload_bytes
        && scenario.direction == Direction::Down
    {
        options.push(format!("--payload-bytes={payload_bytes}"));
    }
    let workers = scenario.workers;
    options.extend(workers.map(|workers| format!("--workers={workers}")));
    options
}

/// The command of a peer for a scenario.
fn serving(peer: Peer, scenario: &Scenario) -> anyhow::Result<Command> {
    let mut command = Command::new(built("peers", BUILD_PEERS)?);
    let rate = scenario.rate_per_s.unwrap_or(1.0);
    command.args(["serve", &peer.to_string(), "--rate", &rate.to_string()]);
    if let Some(payload_bytes) = scenario.payload_bytes {
        command.args(["--payload-bytes", &payload_bytes.to_string()]);
    }
    Ok(command)
}

/// The missing software of a peer; `None` if nothing is missing.
pub fn missing(peer: Peer) -> anyhow::Result<Option<String>> {
    let mut command = std::process::Command::new(built("peers", BUILD_PEERS)?);
    let output = command.args(["missing", &peer.to_string()]).output()?;
    let what = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok((!what.is_empty()).then_some(what))
}

const BUILD: &str = "build both programs with 'cargo build --release --locked' in the project's \
                     root";
const BUILD_PEERS: &str = "'just perf' builds it";

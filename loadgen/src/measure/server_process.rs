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
    record::{Direction, Scenario},
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

impl ServerProcess {
    /// Starts the server for a scenario on a free port of this machine.
    pub async fn start(scenario: &Scenario) -> anyhow::Result<Self> {
        Self::start_with_page(scenario, Path::new(".")).await
    }

    /// The same, with the page of the project in the folder `root`.
    pub async fn start_with_page(scenario: &Scenario, root: &Path) -> anyhow::Result<Self> {
        let program = program()?;
        let mut command = Command::new(&program);
        command.arg("--root").arg(root);
        command.args(["--bind", "127.0.0.1:0", "--until-stdin-ends"]);
        let rate = scenario.rate_per_s.unwrap_or(1.0);
        let interval = humantime::format_duration(scenario.interval).to_string();
        // A client that repeats must find everything since its last request.
        let due = (rate * scenario.interval.as_secs_f64() * 4.0) as u32;
        command.args([
            "--interval",
            &interval,
            "--history",
            &due.max(1024).to_string(),
        ]);
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
        let mut child = command
            .env("RUST_LOG", "warn,actix_files=off")
            // It ends with this process, also where that is killed.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("can't start {}", program.display()))?;
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

/// The server beside this executable.
fn program() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe().context("can't tell where this program lies")?;
    let mut folder = own.parent().unwrap_or(Path::new("."));
    if folder.ends_with("deps") {
        // A test lies one folder deeper than the programs.
        folder = folder.parent().unwrap_or(folder);
    }
    let server = folder.join("server");
    if server.is_file() {
        return Ok(server);
    }
    bail!(
        "there is no server at {}: build both programs with 'cargo build --release --locked' in \
         the project's root",
        server.display()
    )
}

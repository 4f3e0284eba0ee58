//! `loadgen run`: measures one transport once.

use std::{collections::BTreeSet, path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use clap::Args;
use humantime::Duration;
use server::{
    Transport,
    base::{Bandwidth, limits},
    settings,
};

use crate::{
    cli::{
        output::{exit_code, print_message, print_result, spinner},
        stop::unless_stopped,
    },
    client::trust::Trust,
    measure::{
        run::{self, Phase},
        target::{self, RunningServers},
        usage::Process,
    },
    record::{Direction, HeaderProfile, HttpVersion, Reconnect, Scenario},
    show::table,
};

#[derive(Debug, Args)]
pub struct RunCommand {
    /// Transport to measure
    #[arg(long)]
    transport: Transport,
    /// Publisher of the updates. down: the server; up: the clients, in turn, each by POST or by a
    /// frame on its WebSocket
    #[arg(long, default_value = "down", value_parser = direction)]
    direction: Direction,
    /// Number of clients
    #[arg(long, default_value = "100")]
    clients: usize,
    /// Updates per second, with --direction up of all clients together; 0: no updates, to measure
    /// the cost of idle clients. To measure several rates, write a suite with
    /// sweep = { rate_per_s = [0, 1, 10] } and use `loadgen record` [default: 1]
    #[arg(long, value_parser = rate)]
    rate: Option<f64>,
    /// Size of each update in bytes, at most 16 MiB; with --direction up: at most 64 KiB [default: 100]
    #[arg(long)]
    payload_bytes: Option<usize>,
    /// Length of the measuring window
    #[arg(long, default_value = "10s", value_parser = settings::span)]
    duration: Duration,
    /// Time between the last client's first update and the start of the measuring window
    #[arg(long, default_value = "1s", value_parser = settings::span)]
    warm_up: Duration,
    /// Round-trip time between client and server, at most 4s
    #[arg(long, default_value = "0ms")]
    rtt: Duration,
    /// Maximum random delay in each direction, added to half of --rtt; bytes stay in order
    #[arg(long, default_value = "0ms")]
    jitter: Duration,
    /// Bandwidth of each connection in each direction, such as 10Mbit/s [default: unlimited]
    #[arg(long)]
    bandwidth: Option<Bandwidth>,
    /// Polling interval: the time from one request of a client to the next
    #[arg(long, default_value = "1s", value_parser = settings::span)]
    interval: Duration,
    /// Maximum number of updates in a response, for transports whose responses end [default: all
    /// that are due]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    max: Option<u16>,
    /// Request headers that the clients send
    #[arg(long, value_enum, default_value = "browser")]
    header_profile: HeaderProfile,
    /// Send a cookie of this many bytes with each request
    #[arg(long, default_value = "0")]
    cookie_bytes: usize,
    /// HTTP version of the clients
    #[arg(long, value_enum, default_value = "1.1")]
    http: HttpVersion,
    /// Encrypt the connections; the server is started with --tls
    #[arg(long)]
    tls: bool,
    /// File (PEM) with the certificates of the servers at --url, or of the authorities that issued
    /// them
    #[arg(long, value_name = "FILE", requires = "url")]
    cacert: Option<PathBuf>,
    /// Accept any certificate of the servers at --url
    #[arg(long, requires = "url", conflicts_with = "cacert")]
    insecure: bool,
    /// Reconnect each client after the run and measure the cost [without a value: spread]
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "spread"
    )]
    reconnect: Option<Reconnect>,
    /// Measure a running server on this machine, at http://HOST:PORT or https://HOST:PORT, instead
    /// of starting one; with --direction down, that server determines rate and payload. Repeat it for
    /// several servers with the same feed: clients are spread over them
    #[arg(long)]
    url: Vec<String>,
    /// Process ID of the server at --url, to measure its CPU time and memory, without its child
    /// processes; for several servers, one process ID of each: the sums are measured [default: both
    /// are null]
    #[arg(long, value_name = "PID", requires = "url")]
    server_pid: Vec<u32>,
    /// Print the measurement as one JSON object
    #[arg(long)]
    json: bool,
}

impl RunCommand {
    /// Measures and prints the measurement. The exit code is 1 if the run is invalid.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let scenario = self.scenario()?;
        scenario.check_to_measure()?;
        scenario.check_transport(self.transport)?;
        let running = self.running()?;
        let bar = spinner();
        let progress = |phase: Phase| {
            let (transport, phase, window) = (self.transport, phase.words(), self.duration);
            bar.set_message(format!("{transport}: {phase}; the window is {window}"));
        };
        let run = run::run(self.transport, &scenario, running, &progress);
        let outcome = unless_stopped(run, "run; there is no measurement").await?;
        bar.finish_and_clear();
        let row = &outcome.measurement;
        print_result(self.json, row, || table::of_measurement(&scenario, row))?;
        for (what, why) in row.remarks() {
            print_message(&format!("loadgen: {}: {what}: {why}", self.transport));
        }
        Ok(exit_code(row.error.is_none()))
    }

    /// The servers at --url.
    fn running(&self) -> anyhow::Result<Option<RunningServers>> {
        let Some(url) = self.url.first() else {
            return Ok(None);
        };
        let addresses = target::resolve_all(&self.url)?;
        let processes = self.processes().context("--server-pid can't be used")?;
        let trust = match &self.cacert {
            Some(file) => Trust::from_file(file)?,
            None if self.insecure || !self.is_tls() => Trust::Any,
            None => {
                bail!("{url}: name the trusted certificate with --cacert FILE, or use --insecure")
            }
        };
        Ok(Some(RunningServers {
            addresses,
            processes,
            trust,
        }))
    }

    /// The processes of the servers at --url; none if they are not measured.
    fn processes(&self) -> anyhow::Result<Vec<Process>> {
        let (pids, urls) = (&self.server_pid, &self.url);
        let different: BTreeSet<_> = pids.iter().collect();
        if different.len() < pids.len() {
            bail!("it names a process twice");
        }
        if !pids.is_empty() && pids.len() != urls.len() {
            bail!("there are {} --url: name one process each", urls.len());
        }
        pids.iter().map(|&pid| Process::open(pid)).collect()
    }

    /// Whether the connections are encrypted, by --tls or by the URL's scheme.
    fn is_tls(&self) -> bool {
        self.tls || self.has_scheme("https")
    }

    /// Whether a --url has this scheme.
    fn has_scheme(&self, scheme: &str) -> bool {
        let mut urls = self.url.iter().filter_map(|url| url.split_once(':'));
        urls.any(|(of_url, _)| of_url.eq_ignore_ascii_case(scheme))
    }

    fn scenario(&self) -> anyhow::Result<Scenario> {
        let is_clear = self.has_scheme("http");
        if is_clear && self.has_scheme("https") {
            bail!("some --url are http and others https: use one scheme for all servers");
        }
        if self.tls && is_clear {
            bail!("--tls can't be used with an http URL: use https");
        }
        let standard = Scenario::default();
        let server_decides = !self.url.is_empty() && self.direction == Direction::Down;
        if server_decides && (self.rate.is_some() || self.payload_bytes.is_some()) {
            bail!(
                "--rate and --payload-bytes can't be used with --url: that server determines them"
            );
        }
        let ours = !server_decides;
        let rate_per_s = self.rate.or(standard.rate_per_s);
        let payload_bytes = self.payload_bytes.or(standard.payload_bytes);
        Ok(Scenario {
            direction: self.direction,
            clients: self.clients,
            rate_per_s: rate_per_s.filter(|_| ours),
            payload_bytes: payload_bytes.filter(|_| ours),
            rtt: self.rtt.into(),
            jitter: self.jitter.into(),
            bandwidth: self.bandwidth,
            duration: self.duration.into(),
            warm_up: self.warm_up.into(),
            interval: self.interval.into(),
            header_profile: self.header_profile,
            cookie_bytes: self.cookie_bytes,
            http_version: self.http,
            tls: self.is_tls(),
            max: self.max.map(usize::from),
            reconnect: self.reconnect,
            brokers: standard.brokers.filter(|_| self.url.is_empty()),
            servers: self.url.len().max(1),
            ..standard
        })
    }
}

fn direction(word: &str) -> Result<Direction, String> {
    match word {
        "down" => Ok(Direction::Down),
        "up" => Ok(Direction::Up),
        _ => Err("expected down or up".into()),
    }
}

const SEVERAL_RATES: &str = "a run has one rate: to measure several, write a suite with \
                             sweep = { rate_per_s = [0, 1, 10] } and use loadgen record";

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(0.0) => Ok(0.0),
        _ if text.contains(',') => Err(SEVERAL_RATES.into()),
        _ => limits::rate(text).map_err(|reason| reason + ", or 0 for no updates"),
    }
}

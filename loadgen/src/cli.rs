//! What can be asked for on the command line?

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use humantime::Duration;
use indicatif::ProgressBar;
use server::{
    Transport,
    link::{Bandwidth, Direction},
    settings,
};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    bench,
    calibrate::{self, Check},
    chart::{self, png::Fonts},
    claims,
    heads::Profile,
    readme,
    record::{Folder, Record},
    report,
    run::{self, Phase},
    scenario::Scenario,
    table, target,
};

/// Measures latency and overhead of eight web transports, and draws what it measured.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure one transport once
    Run(Run),
    /// Measure a suite of scenarios for all eight transports into a new record
    Record {
        /// The suite's file (TOML)
        suite: PathBuf,
        /// The folder in which the record gets its own
        #[arg(long, default_value = "results")]
        results: PathBuf,
    },
    /// Go on with a record that was stopped, without measuring anything twice
    Resume {
        /// The record's folder
        record: PathBuf,
    },
    /// Let the instrument read what is known in advance: bytes, delays, itself
    Calibrate {
        /// How long each delay is read back
        #[arg(long, default_value = "2s", value_parser = settings::span)]
        duration: Duration,
        /// Print the checks as one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Draw the charts of a record, and its table of claims, again; nothing is measured
    Charts {
        /// The record's folder
        record: PathBuf,
    },
    /// Set what others published beside what a record has measured
    Reproduce {
        /// The record's folder
        record: PathBuf,
    },
    /// Put the table and the picture of a record into the READMEs of this folder
    Readme {
        /// The record's folder
        record: PathBuf,
    },
    /// Write the report of a record, and the gallery of all, again; nothing is measured
    Report {
        /// The record's folder
        record: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Run {
    /// Which of the eight
    #[arg(long)]
    transport: Transport,
    /// down: clients receive what the server has; up: they publish too, in turn, each by its
    /// transport's own means
    #[arg(long, default_value = "down", value_parser = direction)]
    direction: Direction,
    /// How many clients there are
    #[arg(long, default_value = "100")]
    clients: usize,
    /// Updates per second, over all who publish; 0 for a silent feed, which shows what idle
    /// clients cost [default: 1]
    #[arg(long, value_parser = rate)]
    rate: Option<f64>,
    /// Length of each update, or with --direction up of what is published, in bytes
    /// [default: 100]
    #[arg(long)]
    payload_bytes: Option<usize>,
    /// Length of the measuring window
    #[arg(long, default_value = "10s", value_parser = settings::span)]
    duration: Duration,
    /// From the first update of the last client to the window
    #[arg(long, default_value = "1s", value_parser = settings::span)]
    warm_up: Duration,
    /// Delay from client to server and back
    #[arg(long, default_value = "0ms")]
    rtt: Duration,
    /// Up to this much longer on each way, at random; the order is kept
    #[arg(long, default_value = "0ms")]
    jitter: Duration,
    /// Of each connection, each way, such as 10Mbit/s [default: no bound]
    #[arg(long)]
    bandwidth: Option<Bandwidth>,
    /// From request to request of clients that repeat
    #[arg(long, default_value = "1s", value_parser = settings::span)]
    interval: Duration,
    /// The most updates of one answer, for transports whose answers end [default: all that are due]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    max: Option<u16>,
    /// Whose request heads the clients send
    #[arg(long, value_enum, default_value = "browser")]
    header_profile: Profile,
    /// Let each client connect once more after the run, to see what that costs
    #[arg(long)]
    reconnect: bool,
    /// Measure the server at http://HOST:PORT of this machine, which decides rate and payload
    /// (but of what is published), instead of one that is started
    #[arg(long)]
    url: Option<String>,
    /// Print the measurement as one JSON object
    #[arg(long)]
    json: bool,
}

/// Ended by Ctrl-C or by the polite signal of a supervisor.
const INTERRUPTED: u8 = 130;

impl Cli {
    /// Does what was asked for. The exit code is 1 where a run was an error.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Run(run) => run.run().await,
            Command::Record { suite, results } => {
                show(&bench::record(&suite, &results, stop_signal()).await?)
            }
            Command::Resume { record } => show(&bench::resume(&record, stop_signal()).await?),
            Command::Calibrate { duration, json } => calibrate(duration.into(), json).await,
            Command::Charts { record } => {
                for chart in draw(&Record::read(&record)?)? {
                    println!("{}", chart.display());
                }
                Ok(ExitCode::SUCCESS)
            }
            Command::Reproduce { record } => {
                let claims = claims::of_record(&Record::read(&record)?);
                print!("{}", table::of_claims(&claims));
                Ok(ExitCode::SUCCESS)
            }
            Command::Readme { record } => {
                readme::write(&Record::read(&record)?, Path::new("."))?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Report { record } => {
                println!("{}", report::write(&Record::read(&record)?)?.display());
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

impl Run {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let scenario = self.scenario()?;
        scenario.check()?;
        let url = self.url.as_deref().map(target::resolve).transpose()?;
        // Drawn only where somebody watches a terminal.
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        let progress = |phase: Phase| {
            let doing = phase.words();
            bar.set_message(format!(
                "{} {doing}; the window is {}",
                self.transport, self.duration
            ));
        };
        let outcome = tokio::select! {
            outcome = run::run(self.transport, &scenario, url, &progress) => outcome?,
            () = stop_signal() => {
                eprintln!("loadgen: stopped before the end of the run: there is no measurement");
                return Ok(INTERRUPTED.into());
            }
        };
        bar.finish_and_clear();
        let row = &outcome.measurement;
        if self.json {
            let json = serde_json::to_string(row).context("the measurement can't be written")?;
            println!("{json}");
        } else {
            print!("{}", table::of_measurement(&scenario, row));
        }
        if let Some(error) = &row.error {
            eprintln!("loadgen: {}: {error}", self.transport);
            return Ok(ExitCode::FAILURE);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn scenario(&self) -> anyhow::Result<Scenario> {
        let standard = Scenario::default();
        let server_decides = self.url.is_some() && self.direction == Direction::Down;
        if server_decides && (self.rate.is_some() || self.payload_bytes.is_some()) {
            bail!("--rate and --payload-bytes can't be used with --url: that server decides");
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
            max: self.max.map(usize::from),
            reconnect: self.reconnect,
            ..standard
        })
    }
}

/// Draws the charts of a record, and writes its claims as a table beside them. A PNG that can't be
/// drawn is said and no failure.
fn draw(record: &Record) -> anyhow::Result<Vec<PathBuf>> {
    let mut drawn = chart::draw(record, &Fonts::installed())?;
    for reason in &drawn.refused {
        eprintln!("loadgen: {reason}");
    }
    drawn.paths.push(claims::write(record)?);
    Ok(drawn.paths)
}

/// Draws what was measured, and prints it.
fn show(folder: &Folder) -> anyhow::Result<ExitCode> {
    let record = Record::read(folder.path())?;
    draw(&record)?;
    let page = report::write(&record)?;
    print!("{}", table::of_record(&record));
    println!("\nreport: {}", page.display());
    Ok(match record.gaps() {
        (_, 1..) => ExitCode::FAILURE,
        (1.., _) => INTERRUPTED.into(),
        _ => ExitCode::SUCCESS,
    })
}

async fn calibrate(window: std::time::Duration, json: bool) -> anyhow::Result<ExitCode> {
    let told = |what: &str| eprintln!("calibrates: {what}");
    let checks = calibrate::calibrate(window, &told).await?;
    match json {
        true => println!("{}", serde_json::to_string(&checks)?),
        false => print!("{}", table::of_checks(&checks)),
    }
    Ok(match checks.iter().all(Check::holds) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn direction(word: &str) -> Result<Direction, String> {
    match word {
        "down" => Ok(Direction::Down),
        "up" => Ok(Direction::Up),
        _ => Err("expected down or up".into()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(0.0) => Ok(0.0),
        _ => settings::rate(text).map_err(|reason| reason + ", or 0 for a silent feed"),
    }
}

async fn stop_signal() {
    let mut interrupt = signal(SignalKind::interrupt()).expect("SIGINT can be caught");
    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be caught");
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

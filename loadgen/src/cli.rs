//! What can be asked for on the command line?

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use humantime::Duration;
use indicatif::ProgressBar;
use server::{Transport, settings};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    bench, chart, readme,
    record::Record,
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
    /// Draw the charts of a record again; nothing is measured
    Charts {
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
    /// How many clients receive
    #[arg(long, default_value = "100")]
    clients: usize,
    /// Updates per second
    #[arg(long, default_value = "1", value_parser = settings::rate)]
    rate: f64,
    /// Length of each update, in bytes
    #[arg(long, default_value = "100")]
    payload_bytes: usize,
    /// Length of the measuring window
    #[arg(long, default_value = "10s", value_parser = settings::span)]
    duration: Duration,
    /// From the first update of the last client to the window
    #[arg(long, default_value = "1s", value_parser = settings::span)]
    warm_up: Duration,
    /// Delay from client to server and back
    #[arg(long, default_value = "0ms")]
    rtt: Duration,
    /// From request to request of clients that repeat
    #[arg(long, default_value = "1s", value_parser = settings::span)]
    interval: Duration,
    /// Measure the server at http://HOST:PORT of this machine, which decides rate and payload,
    /// instead of one that is started
    #[arg(long, conflicts_with_all = ["rate", "payload_bytes"])]
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
                let folder = bench::record(&suite, &results, stop_signal()).await?;
                let record = Record::read(folder.path())?;
                chart::draw(&record)?;
                let page = report::write(&record)?;
                print!("{}", table::of_record(&record));
                println!("\nreport: {}", page.display());
                let failed = record
                    .rows
                    .iter()
                    .any(|row| row.measurement.error.is_some());
                let complete = record.rows.len() == record.suite.steps().len();
                Ok(match (failed, complete) {
                    (true, _) => ExitCode::FAILURE,
                    (_, false) => INTERRUPTED.into(),
                    _ => ExitCode::SUCCESS,
                })
            }
            Command::Charts { record } => {
                for chart in chart::draw(&Record::read(&record)?)? {
                    println!("{}", chart.display());
                }
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
        let scenario = self.scenario();
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
            print!("{}", table::of_measurement(row));
        }
        if let Some(error) = &row.error {
            eprintln!("loadgen: {}: {error}", self.transport);
            return Ok(ExitCode::FAILURE);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn scenario(&self) -> Scenario {
        let server_decides = self.url.is_some();
        Scenario {
            name: "run".into(),
            clients: self.clients,
            rate_per_s: (!server_decides).then_some(self.rate),
            payload_bytes: (!server_decides).then_some(self.payload_bytes),
            rtt: self.rtt.into(),
            duration: self.duration.into(),
            warm_up: self.warm_up.into(),
            interval: self.interval.into(),
            capture: false,
        }
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

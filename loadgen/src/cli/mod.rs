//! What can be asked for on the command line?

mod browser;
pub mod output;
mod run;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use humantime::Duration;
use server::{Transport, settings};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    cli::output::{print, tell},
    measure::{bench, calibrate},
    record::{
        calibration,
        folder::{Folder, Record},
    },
    show::{
        chart::{self, Chart, png::Fonts},
        claims, compare, readme, report, table,
    },
};
use browser::Browser;
use run::Run;

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
    /// Measure all eight in a real browser too, and set its numbers against ours
    Browser(Browser),
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
        /// Instead, draw the messages of these beside each other, such as
        /// long-polling,sse,websocket: two to eight that the record has captured
        #[arg(long, value_delimiter = ',', value_name = "TRANSPORTS")]
        compare: Vec<Transport>,
    },
    /// Set two records side by side, with their intervals
    Compare {
        /// The record to start from
        #[arg(value_name = "A")]
        first: PathBuf,
        /// The record that is held against it
        #[arg(value_name = "B")]
        second: PathBuf,
        /// End with exit code 1 where B is worse by more than this, such as 10%, and the intervals
        /// part, or where B has nothing to judge it by
        #[arg(long, value_parser = compare::percent)]
        threshold: Option<f64>,
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

/// Ended by Ctrl-C or by the polite signal of a supervisor.
const INTERRUPTED: u8 = 130;

impl Cli {
    /// Does what was asked for. The exit code is 1 where a run was an error.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Run(run) => run.run().await,
            Command::Record { suite, results } => {
                show(bench::record(&suite, &results, stop_signal()).await?)
            }
            Command::Resume { record } => show(bench::resume(&record, stop_signal()).await?),
            Command::Browser(browser) => browser.run().await,
            Command::Calibrate { duration, json } => calibrate(duration.into(), json).await,
            Command::Charts { record, compare } => {
                let record = Record::read(&record)?;
                let paths = match compare.is_empty() {
                    true => draw_all(&record)?,
                    false => draw(&record, &chart::beside_each_other(&record, &compare)?)?,
                };
                for path in paths {
                    print(&format!("{}\n", path.display()))?;
                }
                Ok(ExitCode::SUCCESS)
            }
            Command::Compare {
                first,
                second,
                threshold,
            } => compared(&Record::read(&first)?, &Record::read(&second)?, threshold),
            Command::Reproduce { record } => {
                let claims = claims::of_record(&Record::read(&record)?);
                print(&table::of_claims(&claims))?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Readme { record } => {
                readme::write(&Record::read(&record)?, Path::new("."))?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Report { record } => {
                let page = report::write(&Record::read(&record)?)?;
                print(&format!("{}\n", page.display()))?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

/// Writes charts of a record. A PNG that can't be drawn is said and no failure.
fn draw(record: &Record, charts: &[Chart]) -> anyhow::Result<Vec<PathBuf>> {
    let drawn = chart::write(record, charts, &Fonts::installed())?;
    for reason in &drawn.refused {
        tell(&format!("loadgen: {reason}"));
    }
    Ok(drawn.paths)
}

/// Writes all charts of a record, and its claims as a table beside them.
fn draw_all(record: &Record) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = draw(record, &chart::all(record))?;
    paths.push(table::write_claims(record)?);
    Ok(paths)
}

/// Draws what was measured, if anything was, and prints it.
fn show(folder: Option<Folder>) -> anyhow::Result<ExitCode> {
    let Some(folder) = folder else {
        return Ok(INTERRUPTED.into());
    };
    let record = Record::read(folder.path())?;
    draw_all(&record)?;
    let page = report::write(&record)?;
    let tables = table::of_record(&record);
    print(&format!("{tables}\nreport: {}\n", page.display()))?;
    Ok(match record.gaps() {
        (_, 1..) => ExitCode::FAILURE,
        (1.., _) => INTERRUPTED.into(),
        _ => ExitCode::SUCCESS,
    })
}

fn compared(first: &Record, second: &Record, threshold: Option<f64>) -> anyhow::Result<ExitCode> {
    let compared = compare::compare(first, second)?;
    let differences = first.environment.differences(&second.environment);
    if !differences.is_empty() {
        tell(&format!(
            "loadgen: the records differ in more than their figures: {}",
            differences.join(", ")
        ));
    }
    print(&compared.table())?;
    let failures = threshold.map(|percent| compared.failures(percent));
    let failures = failures.unwrap_or_default();
    for failure in &failures {
        tell(&format!("loadgen: {failure}"));
    }
    Ok(match failures.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

async fn calibrate(window: std::time::Duration, json: bool) -> anyhow::Result<ExitCode> {
    let told = |what: &str| tell(&format!("calibrates: {what}"));
    let checks = calibrate::calibrate(window, &told);
    let Some(checks) = unless_stopped(checks, "calibration: nothing is known").await? else {
        return Ok(INTERRUPTED.into());
    };
    match json {
        true => print(&(serde_json::to_string(&calibration::judged(&checks))? + "\n"))?,
        false => print(&table::of_checks(&checks))?,
    }
    Ok(match calibration::complaint(&checks) {
        None => ExitCode::SUCCESS,
        Some(complaint) => {
            tell(&format!("loadgen: {complaint}"));
            ExitCode::FAILURE
        }
    })
}

/// What comes of `work`; `None` where the signal to stop came before, which is said.
async fn unless_stopped<T>(
    work: impl Future<Output = anyhow::Result<T>>,
    what: &str,
) -> anyhow::Result<Option<T>> {
    let stop = stop_signal();
    tokio::select! {
        done = work => done.map(Some),
        () = stop => {
            tell(&format!("loadgen: stopped before the end of the {what}"));
            Ok(None)
        }
    }
}

/// Waits for the signal to stop, which is caught from now on.
fn stop_signal() -> impl Future<Output = ()> {
    let mut interrupt = signal(SignalKind::interrupt()).expect("SIGINT can be caught");
    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be caught");
    async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

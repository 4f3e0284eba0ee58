//! What can be asked for on the command line? One file for each subcommand.
//!
//! They share `output` (standard output and standard error), `stop` (Ctrl-C) and `progress`.

mod browser;
mod calibrate;
mod charts;
mod compare;
pub mod output;
mod progress;
mod readme;
mod record;
mod report;
mod reproduce;
mod resume;
mod run;
mod stop;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    Run(run::RunCommand),
    /// Measure a suite of scenarios for all eight transports into a new record
    Record(record::RecordCommand),
    /// Go on with a record that was stopped, without measuring anything twice
    Resume(resume::ResumeCommand),
    /// Measure all eight in a real browser too, and set its numbers against ours
    Browser(browser::BrowserCommand),
    /// Let the instrument read what is known in advance: bytes, delays, itself
    Calibrate(calibrate::CalibrateCommand),
    /// Draw the charts of a record, and its table of claims, again; nothing is measured
    Charts(charts::ChartsCommand),
    /// Set two records side by side, with their intervals
    Compare(compare::CompareCommand),
    /// Set what others published beside what a record has measured
    Reproduce(reproduce::ReproduceCommand),
    /// Put the table and the chart of a record into the READMEs of this folder
    Readme(readme::ReadmeCommand),
    /// Write the report of a record, and the gallery of all, again; nothing is measured
    Report(report::ReportCommand),
}

impl Cli {
    /// Runs the subcommand. The exit code is 1 if a measurement is an error.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Run(run) => run.run().await,
            Command::Record(record) => record.run().await,
            Command::Resume(resume) => resume.run().await,
            Command::Browser(browser) => browser.run().await,
            Command::Calibrate(calibrate) => calibrate.run().await,
            Command::Charts(charts) => charts.run(),
            Command::Compare(compare) => compare.run(),
            Command::Reproduce(reproduce) => reproduce.run(),
            Command::Readme(readme) => readme.run(),
            Command::Report(report) => report.run(),
        }
    }
}

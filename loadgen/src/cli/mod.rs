//! The command line: one file for each subcommand.
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
pub mod stop;
mod torture;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures latency and overhead of eight web transports and draws charts of the results.
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
    /// Continue a record that was stopped; nothing is measured twice
    Resume(resume::ResumeCommand),
    /// Compare the load generator with a real browser, transport by transport
    Browser(browser::BrowserCommand),
    /// Verify the instrument against known byte counts and delays
    Calibrate(calibrate::CalibrateCommand),
    /// Check that clients receive every update once while brokers and servers fail
    Torture(torture::TortureCommand),
    /// Redraw the charts of a record and its table of claims, without measuring
    Charts(charts::ChartsCommand),
    /// Compare two records, with their confidence intervals
    Compare(compare::CompareCommand),
    /// Compare published claims with the measurements of a record
    Reproduce(reproduce::ReproduceCommand),
    /// Write the table and the chart of a record into the READMEs of the current folder
    Readme(readme::ReadmeCommand),
    /// Rewrite the report of a record and the gallery of all records, without measuring
    Report(report::ReportCommand),
}

impl Cli {
    /// Runs the subcommand. The exit code is 1 if a measurement failed.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Run(run) => run.run().await,
            Command::Record(record) => record.run().await,
            Command::Resume(resume) => resume.run().await,
            Command::Browser(browser) => browser.run().await,
            Command::Calibrate(calibrate) => calibrate.run().await,
            Command::Torture(torture) => torture.run().await,
            Command::Charts(charts) => charts.run(),
            Command::Compare(compare) => compare.run(),
            Command::Reproduce(reproduce) => reproduce.run(),
            Command::Readme(readme) => readme.run(),
            Command::Report(report) => report.run(),
        }
    }
}

//! `loadgen resume`: continues a record that was stopped.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{cli::record::measure, measure::bench::Bench};

#[derive(Debug, Args)]
pub struct ResumeCommand {
    /// The record's folder
    record: PathBuf,
    /// Measure only these scenarios or sweeps of the suite, such as knee,case-a [default: all
    /// that are missing]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    only: Vec<String>,
}

impl ResumeCommand {
    /// Measures the missing steps and prints the tables.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        measure(&Bench::resume(&self.record, self.only)?).await
    }
}
